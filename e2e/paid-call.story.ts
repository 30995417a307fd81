import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { booksBalance, callIs, callOf, chargesOf, meet } from './support/call.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { timed, until } from './support/until.ts';

describe('A paid call', () => {
  let stage: Stage;
  beforeAll(async () => {
    // As `npm start` has it. A unit on Postgres is charged in faults.story.
    stage = await setStage(stores()[0]!);
  });
  afterAll(() => stage?.close());

  test('[METER-1] [CALL-1] Alice and Bob see each other for 65 s, she hangs up: 10 coins, told, reported', async () => {
    const room = 'story-65';
    const meeting = await meet(stage, room);
    try {
      const live = await callIs(stage.alice, room, 'live');
      // While a call lives the figure runs ahead of the proof by up to a beat: a second more than is proven below.
      await until(
        '65 s of togetherness',
        async () => (await callOf(stage.alice, room)).billableMs >= 66_000,
        90_000,
      );
      await timed('65 s of togetherness → the unit of 60 s is charged', () =>
        until('the first charge', async () => (await chargesOf(stage.alice, live.callId)).length === 1),
      );
      await timed('charged → Alice reads 10 spent', () =>
        until('10 spent', async () =>
          (await meeting.alice.page.getByTestId('meter-spent').textContent())?.includes('10'),
        ),
      );

      await timed('Alice hangs up → Bob reads who left and why', async () => {
        await meeting.alice.page.getByTestId('hang-up').click();
        const gone = meeting.bob.page.getByTestId('partner-gone');
        await gone.waitFor();
        expect(await gone.getAttribute('data-reason')).toBe('hung_up');
      });
      await meeting.alice.page.getByTestId('summary').waitFor();

      const ended = await callIs(stage.bob, room, 'ended');
      expect(ended).toMatchObject({ endReason: 'hung_up', endedBy: stage.alice.personId, coins: 7 });
      expect(ended.callId).toBe(live.callId);
      expect(ended.billableMs).toBeGreaterThanOrEqual(65_000);
      expect(ended.billableMs).toBeLessThan(120_000);
      expect(await chargesOf(stage.alice, ended.callId)).toMatchObject([{ unit: 1, coins: 10 }]);
      await moneyAndAttendance(stage, ended.callId);
      await endingAgainChangesNothing(stage, room, ended.callId);
    } finally {
      await meeting.close();
    }
  });
});

async function moneyAndAttendance(stage: Stage, callId: string): Promise<void> {
  expect(await stage.alice.get('/api/v1/wallet')).toMatchObject({ balance: 90, held: 0, available: 90 });
  expect(await stage.bob.get('/api/v1/earnings')).toMatchObject({ balance: 7 });
  expect(await booksBalance(stage)).toMatchObject({ sum: 0, differences: [] });
  const { items } = await stage.alice.get<{ items: { name: string; presentMs: number; visits: number }[] }>(
    `/api/v1/calls/${callId}/attendance`,
  );
  expect(items).toHaveLength(2);
  for (const attendee of items) {
    expect(attendee.visits).toBe(1);
    expect(attendee.presentMs).toBeGreaterThanOrEqual(65_000);
  }
  const csv = await stage.alice.text(`/api/v1/calls/${callId}/attendance`, 'text/csv');
  expect(csv.trim().split('\r\n')).toHaveLength(3);
}

async function endingAgainChangesNothing(stage: Stage, room: string, callId: string): Promise<void> {
  for (const person of [stage.alice, stage.bob]) {
    const again = await person.post('/api/livekit/end-coin-session', { room_name: room });
    expect(again).toMatchObject({ status: 200, body: { success: true } });
  }
  expect(await chargesOf(stage.alice, callId)).toHaveLength(1);
  expect(await booksBalance(stage)).toMatchObject({ sum: 0, differences: [] });
}
