import { CallMeter, LabelsContext, esLabels, VideoCallRoom } from '@latido/react';
import { AttendanceTimeline, esAttendanceLabels } from '@latido/react/attendance';
import { CallChat } from '@latido/react/chat';
import { Lobby, LobbyDoor } from '@latido/react/lobby';
import { SharedNotes } from '@latido/react/notes';
import { CallRecordingsList, RecordingButton } from '@latido/react/recording';
import { CallSummary } from '@latido/react/summary';
import { createElement, type ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const meter = {
  plan: {
    id: 'plan',
    version: 1,
    name: 'House',
    policy: 'completed-minute',
    price: 5,
    priceDen: 2,
    incrementMs: 60_000,
    currency: 'coin',
    earnerShareBp: null,
  },
  running: true,
  billableMs: 65_000,
  asOfAt: '2026-01-05T10:00:00.000Z',
  unitsCharged: 1,
  coins: 10,
  nextDueAt: null,
  finalAt: null,
  cutAt: null,
  available: 90,
  earned: null,
  settled: false,
} as const;
const nowAt = Date.parse(meter.asOfAt);
const call = { meter, status: 'live', billableMs: 65_000 } as const;
const ofCall = {
  callId: 'call',
  personId: 'person',
  api: { send: () => Promise.reject(new Error('asked')) },
};

/** Frameworks draw a page on their server first, where no browser is: Node 20 has not even a `navigator`. */
describe('components drawn on a server', () => {
  beforeEach(() => void vi.stubGlobal('navigator', undefined));
  afterEach(() => void vi.unstubAllGlobals());
  const drawn = (node: ReactNode): string =>
    renderToString(createElement(LabelsContext, { value: esLabels }, node));

  it('[REACT-SERVER] a call begins as it does in the browser, before it has asked for anything', () => {
    const room = createElement(VideoCallRoom, { roomName: 'blue', participantName: 'Rosa' });
    expect(drawn(room)).toContain('data-screen="connecting"');
  });

  it('[REACT-SERVER] the meter has its time and its price', () => {
    const html = drawn(createElement(CallMeter, { call, nowAt }));
    expect(html).toContain('1:05');
    expect(html).toContain('2.5 monedas por minuto');
  });

  it('[REACT-SERVER] chat, notes and recording', () => {
    expect(drawn(createElement(CallChat, ofCall))).toContain('lt-chat');
    expect(drawn(createElement(RecordingButton, ofCall))).toBeDefined();
    expect(drawn(createElement(CallRecordingsList, ofCall))).toBeDefined();
    const giveTicket = () => Promise.reject(new Error('asked'));
    expect(drawn(createElement(SharedNotes, { giveTicket }))).toContain('lt-notes');
  });

  it('[REACT-TIMELINE] who never came has an empty lane that says so, and who only waited another word', () => {
    const rosa = {
      identity: 'person_rosa',
      personId: 'person_rosa',
      name: 'Rosa',
      firstJoinAt: meter.asOfAt,
      lastLeaveAt: meter.asOfAt,
      presentMs: 1,
      visits: 1,
      reconnects: 0,
    } as never;
    const absent = [
      { key: 'bruno', name: 'Bruno', waits: [], beside: 'ausencia' },
      { key: 'eva', name: 'Eva', waits: [{ fromAt: nowAt - 9_000, toAt: nowAt }] },
    ];
    const of = { people: [rosa], stays: [], nowAt, absent, labels: esAttendanceLabels };
    const html = drawn(createElement(AttendanceTimeline, of));
    expect(html.split('absent-row')).toHaveLength(3);
    expect(html).toMatch(
      /Bruno<\/strong><span>no ha venido<.*ausencia.*Eva<\/strong><span>no llegó a entrar</u,
    );
    expect(html).not.toContain('attendance-bar');
  });

  it('[REACT-SERVER] the door of a session on both sides, a timeline and a summary', () => {
    const of = { ...ofCall, bookingId: 'booking', hostName: 'Dora', isOpen: true, onEnter: () => undefined };
    expect(drawn(createElement(Lobby, of))).toContain('lt-lobby');
    expect(drawn(createElement(LobbyDoor, of))).toContain('data-state="none"');
    expect(drawn(createElement(AttendanceTimeline, { people: [], stays: [], nowAt }))).toContain('lt-att');
    const ended = {
      ...call,
      startedAt: meter.asOfAt,
      endedAt: meter.asOfAt,
      settled: true,
      coins: 1,
    } as never;
    expect(drawn(createElement(CallSummary, { call: ended, balance: 1 }))).toContain('</span> moneda<');
  });
});
