import type { CallScreen } from '@latido/react';
import type { Stay } from '@latido/react/attendance';
import type { Attendee, CallState, Receipt } from '../../app/api.ts';
import type { Health } from '../admin/webhook-health.tsx';

/** The instant at which every picture of the gallery is taken. */
export const NOW_AT = Date.parse('2026-11-24T10:04:12.000Z');
const iso = (at: number): string => new Date(at).toISOString();

/** Beats every 900 ms up to `lastAt`. */
export const beatsUntil = (lastAt: number): number[] =>
  Array.from({ length: 24 }, (_, n) => lastAt - (23 - n) * 900);

const NAMES = ['Alice', 'Bruno'] as const;

/** A call as the server would tell it. */
export function mockCall(patch: Partial<CallState> = {}, running = true): CallState {
  const people = NAMES.map((name, n) => ({
    personId: `person_${name.toLowerCase()}`,
    name,
    role: n === 0 ? ('payer' as const) : ('earner' as const),
    state: 'present' as const,
    lastProofAt: iso(NOW_AT),
  }));
  return {
    callId: 'call_0001',
    id: 'call_0001',
    roomName: 'room-8f2kq7',
    kind: 'paid',
    status: 'live',
    createdAt: iso(NOW_AT - 260_000),
    startedAt: iso(NOW_AT - 252_000),
    endedAt: null,
    endedBy: null,
    endReason: null,
    lostBy: null,
    graceUntil: null,
    called: null,
    ringsUntil: null,
    people,
    billableMs: 252_000,
    coins: 40,
    meter: {
      plan: {
        id: 'standard',
        version: 1,
        name: 'Standard',
        policy: 'completed-minute',
        price: 10,
        priceDen: 1,
        incrementMs: 60_000,
        currency: 'COIN',
        earnerShareBp: null,
      },
      running,
      billableMs: 252_000,
      asOfAt: iso(NOW_AT),
      unitsCharged: 4,
      coins: 40,
      nextDueAt: running ? iso(NOW_AT + 48_000) : null,
      finalAt: null,
      cutAt: null,
      available: 60,
      earned: null,
      settled: false,
    },
    settled: false,
    serverAt: iso(NOW_AT),
    ...patch,
  };
}

/** A call whose balance ends soon, or has ended. */
export function mockLow(leftMs: number): CallState {
  const out = leftMs <= 0;
  const call = mockCall({}, !out);
  const finalAt = NOW_AT + leftMs;
  // As the server says it: the cut is known once the balance has ended, and the meter stands then.
  const cutAt = out ? iso(finalAt + 20_000) : null;
  return { ...call, meter: call.meter && { ...call.meter, finalAt: iso(finalAt), cutAt } };
}

/** Every screen of a call, with what the server says in it. */
export const STAGES: readonly {
  screen: CallScreen;
  call: CallState;
  lastAt: number;
  away?: 'closed_page';
}[] = [
  { screen: 'live', call: mockCall(), lastAt: NOW_AT },
  {
    screen: 'waiting_partner',
    call: mockCall({ status: 'waiting', billableMs: 0, coins: 0 }, false),
    lastAt: 0,
  },
  {
    screen: 'waiting_partner',
    call: mockCall(
      {
        status: 'waiting',
        createdAt: iso(NOW_AT - 7_000),
        billableMs: 0,
        coins: 0,
        called: 'person_bruno',
        ringsUntil: iso(NOW_AT + 38_000),
      },
      false,
    ),
    lastAt: 0,
  },
  {
    screen: 'partner_reconnecting',
    call: mockCall({ status: 'reconnecting', graceUntil: iso(NOW_AT + 31_000) }, false),
    lastAt: NOW_AT - 2_900,
  },
  { screen: 'me_reconnecting', call: mockCall({ status: 'reconnecting' }, false), lastAt: NOW_AT - 2_000 },
  { screen: 'live', call: mockLow(95_000), lastAt: NOW_AT },
  { screen: 'live', call: mockLow(-6_000), lastAt: NOW_AT },
  { screen: 'media_away', call: mockCall({ status: 'reconnecting' }, false), lastAt: NOW_AT - 2_000 },
  {
    screen: 'partner_reconnecting',
    call: mockCall({ status: 'reconnecting', graceUntil: iso(NOW_AT + 43_000) }, false),
    lastAt: NOW_AT - 2_900,
    away: 'closed_page',
  },
];

/** Calls of one moment, for the list. */
export const LIVE: readonly CallState[] = [
  mockCall(),
  mockCall(
    { callId: 'call_0002', roomName: 'room-17cmm2', status: 'reconnecting', billableMs: 663_000, coins: 110 },
    false,
  ),
  mockCall(
    { callId: 'call_0003', roomName: 'room-2aahw9', status: 'waiting', billableMs: 0, coins: 0, people: [] },
    false,
  ),
];

/** Webhook counts with one that needs attention. */
export const HEALTH: Health = {
  received: [
    'participant_joined',
    'participant_left',
    'room_started',
    'room_finished',
    'track_published',
  ].map((event, n) => ({ event, lastHour: 10 * n, total: 40 + n * 7 })),
  lastReceivedAt: iso(NOW_AT),
  badSignatures: { total: 2 },
  refusedAddresses: 0,
  duplicates: 5,
  unreadable: 0,
  notStored: 0,
  livekit: { isUp: true, clockOffsetMs: 0, dispatched: { success: 268, failure: 1, drop: 1 } },
};

const stay = (name: string, [from, to]: [number, number | null], gaps: Stay['gaps'] = []): Stay => ({
  participantSid: `PA_${name}${from}`,
  identity: `person_${name}`,
  personId: `person_${name}`,
  name,
  joinedAt: iso(NOW_AT + from * 60_000),
  leftAt: to === null ? null : iso(NOW_AT + to * 60_000),
  joinReason: null,
  leftReason: null,
  state: 'left',
  gaps,
});

/** Stays with a gap, a return, and one that goes on. */
const STAYS: readonly Stay[] = [
  stay('Dora Ibáñez', [0, null]),
  stay('Alice Moreno', [1, 43], [{ fromAt: iso(NOW_AT + 24 * 60_000), toAt: iso(NOW_AT + 25 * 60_000) }]),
  stay('Bob Quiroga', [17, 28]),
  stay('Bob Quiroga', [31, 42]),
];

/** The totals that belong to the stays. */
export const ATTENDEES: readonly Attendee[] = [
  ['Dora Ibáñez', 0, null, 45 * 60_000, 1, 0],
  ['Alice Moreno', 1, 43, 2_456_000, 1, 1],
  ['Bob Quiroga', 17, 42, 1_485_000, 2, 0],
].map(([name, from, to, presentMs, visits, reconnects]) => ({
  identity: `person_${String(name)}`,
  personId: `person_${String(name)}`,
  name: String(name),
  firstJoinAt: iso(NOW_AT + Number(from) * 60_000),
  lastLeaveAt: to === null ? null : iso(NOW_AT + Number(to) * 60_000),
  presentMs: Number(presentMs),
  visits: Number(visits),
  reconnects: Number(reconnects),
  connectedMs: Number(presentMs),
  togetherMs: Number(presentMs),
  aloneMs: 0,
  cameraMs: Number(presentMs),
  microphoneMs: Number(presentMs),
  screenMs: 0,
  messages: 3,
}));

/** A call that is over. */
export const ENDED: CallState = {
  ...mockCall({
    status: 'ended',
    startedAt: iso(NOW_AT),
    endedAt: iso(NOW_AT + 255_000),
    billableMs: 245_000,
  }),
  settled: true,
};

/** A paid call of four minutes with one pause, as its payer reads it. */
export const RECEIPT: Receipt = {
  payerId: 'person_1',
  callId: 'call_0001',
  plan: {
    id: 'standard',
    version: 1,
    name: 'Standard',
    policy: 'completed-minute',
    price: 10,
    priceDen: 1,
    incrementMs: 60_000,
    currency: 'COIN',
    earnerShareBp: null,
  },
  policy: 'completed-minute',
  billableMs: 245_000,
  coins: 40,
  earned: null,
  lines: [1, 2, 3, 4].map((unit) => ({
    unit,
    kind: 'charge' as const,
    beginsAt: iso(NOW_AT + (unit - 1) * 60_000 + (unit > 3 ? 10_000 : 0)),
    dueAt: iso(NOW_AT + unit * 60_000 + (unit > 2 ? 10_000 : 0)),
    coins: 10,
    earned: null,
  })),
  billed: [],
  pauses: [
    {
      fromAt: iso(NOW_AT + 150_000),
      toAt: iso(NOW_AT + 160_000),
      ms: 10_000,
      personId: mockCall().people[1]?.personId ?? null,
      reason: 'closed_page',
    },
  ],
  held: 0,
  released: 10,
  balance: { before: 100, after: 60 },
  shortfall: 0,
  settled: true,
  settledAt: iso(NOW_AT + 260_000),
};

/** The same call, as its earner reads it. */
export const RECEIPT_EARNED: Receipt = {
  ...RECEIPT,
  plan: { ...RECEIPT.plan, earnerShareBp: 7_000 },
  earned: 28,
  lines: RECEIPT.lines.map((line) => ({ ...line, earned: 7 })),
  held: null,
  released: null,
  balance: { before: 210, after: 238 },
};

/** A person at two devices at once. */
export const TWO_DEVICES: readonly Stay[] = [
  ...STAYS,
  { ...stay('Dora Ibáñez', [5, 20]), identity: 'person_Dora~phone', participantSid: 'PA_phone' },
];
