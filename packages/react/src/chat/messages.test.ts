import type { ChatMessage } from '@latido/protocol';
import { describe, expect, it } from 'vitest';
import { failed, NOTHING, questionOf, read, sending, told } from './messages.ts';

const said = (seq: number, id = `message-${seq}`): ChatMessage => ({
  id,
  callId: 'call_1',
  seq,
  personId: 'person_a',
  name: 'Alice',
  text: `${seq}`,
  at: '2026-01-05T10:00:00.000Z',
  replyTo: null,
  editedAt: null,
  deletedAt: null,
  reactions: [],
});
const page = (...seqs: number[]) => ({
  items: seqs.map((seq) => said(seq)),
  nextAfter: seqs.at(-1) ?? 0,
  changes: seqs.at(-1) ?? 0,
  isAll: true,
});

describe('a chat as a page knows it', () => {
  it('[REACT-CHAT] two answers to the same question show each message once, in order', () => {
    const talk = read(read(read(NOTHING, page(1, 2)), page(1, 2)), page(2, 3));
    expect(talk.messages.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(talk.after).toBe(3);
  });

  it('[REACT-CHAT] all is read from the beginning, then what has changed since that began', () => {
    const first = read(NOTHING, { ...page(1, 2), changes: 7, isAll: false });
    expect(questionOf(first)).toBe('after=2');
    // Message 1 was changed (8) while the second page was read.
    const all = read(first, { ...page(3), changes: 8 });
    expect(questionOf(all)).toBe('changes=7');
    const changed = read(all, { ...page(), items: [{ ...said(1), text: 'new' }], changes: 8 });
    expect(changed.messages.map(({ text }) => text)).toEqual(['new', '2', '3']);
    expect(questionOf(changed)).toBe('changes=8');
  });

  it('[REACT-CHAT] what was sent stands as on its way until the server shows it, and never beside itself', () => {
    const sent = sending(NOTHING, { id: 'message-1', text: '1' });
    expect(sent.unsent).toEqual([{ id: 'message-1', text: '1', failure: null }]);
    expect(read(sent, page(1)).unsent).toEqual([]);
  });

  it('[REACT-CHAT] what was not sent says so, keeps its id, and is sent again under it', () => {
    const lost = failed(sending(NOTHING, { id: 'message-1', text: '1' }), 'message-1', 'lost');
    expect(lost.unsent).toMatchObject([{ failure: 'lost' }]);
    expect(sending(lost, { id: 'message-1', text: '1' }).unsent).toMatchObject([
      { id: 'message-1', failure: null },
    ]);
    // It had been stored after all, and only the answer was lost.
    expect(read(lost, page(1))).toMatchObject({ messages: [{ id: 'message-1' }], unsent: [] });
  });

  it('[REACT-CHAT] an event is taken as it is where it is the next change; else it is asked for', () => {
    const all = read(NOTHING, { items: [said(1)], nextAfter: 1, changes: 4, isAll: true, blocked: [] });
    const next = told(sending(all, { id: 'message-2', text: 'mine' }), { ...said(2), changes: 5 });
    expect(next?.messages.map(({ seq }) => seq)).toEqual([1, 2]);
    expect([next?.changes, next?.unsent]).toEqual([5, []]);
    expect(told(all, { ...said(1), changes: 4 })).toBe(all);
    // One was missed, the page was never read, the reader blocked somebody, or the event says too little.
    expect(told(all, { ...said(3), changes: 6 })).toBeNull();
    expect(told(NOTHING, { ...said(1), changes: 1 })).toBeNull();
    expect(told({ ...all, blocked: ['person_x'] }, { ...said(2), changes: 5 })).toBeNull();
    for (const event of [said(2), {}, { changes: 5 }]) expect(told(all, event)).toBeNull();
  });
});
