import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { booksBalance, callIs, meet } from './support/call.ts';
import { isDialog, pressOn, tabTo } from './support/keyboard.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { until } from './support/until.ts';
import { everyView } from './support/views.ts';

/** Somebody wants to be rid of whom they talk with, now. Without a mouse, too. */
describe('Block and report in a call', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(stores()[0]!);
  });
  afterAll(() => stage?.close());

  test('[MATCH-29] by the menu of the call: it ends for both, and neither reads who asked', async () => {
    for (const how of ['block', 'report'] as const) {
      const room = `apart-${how}`;
      const meeting = await meet(stage, room);
      try {
        const { callId } = await callIs(stage.alice, room, 'live');
        const [{ page: alice }, { page: bob }] = [meeting.alice, meeting.bob];
        const opens = async (): Promise<void> => {
          await pressOn(alice, 'devices');
          await pressOn(alice, 'apart');
          await alice.getByTestId('block-now').waitFor();
        };
        await opens();
        if (how === 'block') await everyView(alice, 'block or report');
        await isDialog(alice, 'devices');
        await opens();
        if (how === 'report') {
          await tabTo(alice, 'report-words');
          await alice.keyboard.type('He threatened me.');
        }
        await pressOn(alice, how === 'block' ? 'block-now' : 'send-report');
        for (const page of [alice, bob]) {
          await page.locator('[data-testid="partner-gone"][data-reason="parted"]').waitFor();
          await page.getByTestId('summary').waitFor();
        }
        // What was said in the call is not asked for again after it.
        await alice.getByTestId('review').waitFor();
        await alice.getByTestId('toast').first().waitFor();
        expect(await alice.getByTestId(how === 'block' ? 'block' : 'report').count()).toBe(0);
        expect(await alice.getByTestId('call-again').count()).toBe(0);
        expect(await callIs(stage.bob, room, 'ended')).toMatchObject({
          callId,
          endReason: 'parted',
          endedBy: 'system',
        });
        await until(
          'nothing held',
          async () => (await stage.alice.get<{ held: number }>('/api/v1/wallet')).held === 0,
        );
        if (how === 'block') await takeBack(stage);
      } finally {
        await meeting.close();
      }
    }
    const { items } = await stage.admin.get<{ items: { text: string }[] }>('/api/v1/reports');
    expect(items).toMatchObject([{ text: 'He threatened me.' }]);
    expect(await booksBalance(stage)).toMatchObject({ sum: 0, differences: [] });
  });
});

/** Alice meets Bob again, after all. */
async function takeBack({ latido, alice, bob }: Stage): Promise<void> {
  const { status } = await fetch(`${latido.url}/api/v1/people/${bob.personId}/block`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${alice.bearer}` },
  });
  expect(status).toBe(204);
}
