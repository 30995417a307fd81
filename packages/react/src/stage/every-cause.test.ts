import type { CallPerson, CallState, EndReason } from '@latido/protocol';
import { describe, expect, it } from 'vitest';
import { endOf, screenOf, type Cut } from '../call/screen.ts';
import { esLabels } from '../labels-es.ts';
import { enLabels } from '../labels-en.ts';
import type { Labels } from '../labels.ts';
import { urgentOf } from './frame.tsx';
import { toldOf } from './overlays.tsx';

const at = '2026-11-24T10:00:00.000Z';
type Is = Pick<CallPerson, 'state' | 'away'>;
const person = (name: string, is: Is): CallPerson => ({
  personId: `person_${name.toLowerCase()}`,
  name,
  role: name === 'Alice' ? 'payer' : 'earner',
  lastProofAt: at,
  ...is,
});
const here: Is = { state: 'present' };
const callWith = (alice: Is, bob: Is, end: Partial<CallState> = {}): CallState =>
  ({
    status: 'live',
    startedAt: at,
    endedBy: null,
    endReason: null,
    people: [person('Alice', alice), person('Bob', bob)],
    ...end,
  }) as CallState;
const ended = (endReason: EndReason, endedBy: string): Partial<CallState> => ({
  status: 'ended',
  endReason,
  endedBy,
});

/** What Alice's page says, she being the one to whom it happens, and Bob's: a title, or nothing. */
interface Case {
  readonly call: CallState;
  /** What Alice's own page knows. */
  readonly own?: { cutOff?: boolean; mediaAway?: boolean; rejoins?: boolean; hungUp?: boolean; cut?: Cut };
  readonly alice: readonly [en: string, es: string] | null;
  readonly bob: readonly [en: string, es: string] | null;
}

function saidTo(name: 'Alice' | 'Bob', { call, own = {} }: Case, labels: Labels): string | null {
  const mine = name === 'Alice' ? own : { mediaAway: own.mediaAway, cut: own.mediaAway ? own.cut : null };
  const identity = `person_${name.toLowerCase()}`;
  const partner = call.people.find((one) => one.name !== name);
  if (call.status === 'ended') {
    const end = endOf(call, identity, { hungUp: mine.hungUp === true, cut: mine.cut ?? null });
    return toldOf(end, labels).title;
  }
  const phase = mine.rejoins ? 'rejoining' : 'in_call';
  const { cutOff = false, mediaAway = false } = mine;
  const screen = screenOf({ phase, call, identity, partnersInRoom: 1, cutOff, mediaAway });
  return urgentOf(screen, { name: partner?.name ?? '', away: partner?.away }, labels) || null;
}

const lost: Is = { state: 'unreachable', away: 'lost_connection' };
const mediaServer: Is = { state: 'unreachable', away: 'media_server' };
const closed: Is = { state: 'unreachable', away: 'closed_page' };
const reconnecting = ['Alice is reconnecting', 'Alice se está reconectando'] as const;
const closedPage = ['Alice closed the page', 'Alice cerró la página'] as const;
const myself = ['You are reconnecting', 'Te estás reconectando'] as const;
const restarting = ['The media server is restarting', 'El servidor de video se está reiniciando'] as const;
const lostHers = ['Your connection was lost', 'Se perdió tu conexión'] as const;
const lostHis = ['Alice lost the connection', 'Alice perdió la conexión'] as const;

const CASES: Readonly<Record<string, Case>> = {
  'a hang-up': {
    call: callWith({ state: 'left' }, here, ended('hung_up', 'person_alice')),
    own: { hungUp: true },
    alice: ['You ended the call', 'Terminaste la llamada'],
    bob: ['Alice hung up', 'Alice colgó'],
  },
  'a closed tab': { call: callWith(closed, here), alice: null, bob: closedPage, own: { rejoins: false } },
  'a closed tab, and nobody came back': {
    call: callWith({ state: 'left', away: 'closed_page' }, here, ended('left', 'person_alice')),
    alice: ['You ended the call', 'Terminaste la llamada'],
    bob: ['Alice left the call', 'Alice salió de la llamada'],
  },
  'a reload': { call: callWith({ state: 'suspected', away: 'closed_page' }, here), alice: null, bob: null },
  'a slow reload': { call: callWith(closed, here), alice: null, bob: closedPage },
  'a killed browser, muted or not': { call: callWith(lost, here), alice: myself, bob: reconnecting },
  'a killed browser, and nobody came back': {
    call: callWith({ state: 'left', away: 'lost_connection' }, here, ended('lost_connection', 'system')),
    alice: lostHers,
    bob: lostHis,
  },
  'a cut line': { call: callWith(lost, here), own: { cutOff: true }, alice: myself, bob: reconnecting },
  'a cut line, until the end': {
    call: callWith({ state: 'left', away: 'lost_connection' }, here, ended('lost_connection', 'system')),
    own: { cut: 'me' },
    alice: lostHers,
    bob: lostHis,
  },
  'a short cut': { call: callWith({ state: 'suspected' }, here), alice: null, bob: null },
  'LiveKit restarted, by the server’s word': {
    call: callWith(mediaServer, mediaServer),
    alice: restarting,
    bob: restarting,
  },
  'LiveKit restarted, by the pages’ own eyes': {
    call: callWith(here, here),
    own: { mediaAway: true, rejoins: true },
    alice: restarting,
    bob: restarting,
  },
  'LiveKit gone for good': {
    call: callWith(mediaServer, mediaServer, ended('lost_connection', 'system')),
    own: { mediaAway: true, cut: 'media' },
    alice: ['The media server stopped working', 'El servidor de video dejó de funcionar'],
    bob: ['The media server stopped working', 'El servidor de video dejó de funcionar'],
  },
  'a server that is started again': { call: callWith(here, here), alice: null, bob: null },
};

describe.each(Object.entries(CASES))('[REACT-TOLD] %s', (_name, one) => {
  it.each(['Alice', 'Bob'] as const)('is told on the page of %s in both languages', (name) => {
    const expected = name === 'Alice' ? one.alice : one.bob;
    // Whoever closed the page, or is just loading it, has none that could say anything.
    if (name === 'Alice' && expected === null && one.bob !== null) return;
    const said = [enLabels, esLabels].map((labels) => saidTo(name, one, labels));
    expect(said).toEqual(expected ?? [null, null]);
  });
});
