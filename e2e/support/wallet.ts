import type { Caller } from './people.ts';
import { asAdmin, type Stage } from './stage.ts';
import { until } from './until.ts';

/** Gives somebody coins, as the admin does. @throws with the server's answer when it refuses. */
export async function grantCoins(stage: Stage, to: Caller, coins: number): Promise<void> {
  const grant = { coins, memo: 'For the evening' };
  const answer = await asAdmin(stage, 'POST', `wallets/${to.personId}/grants`, grant);
  if (answer.status !== 201) throw new Error(`a grant: ${answer.status} ${await answer.text()}`);
}

/** Waits until no coin of theirs is held for a call any more. */
export async function nothingHeld(of: Caller): Promise<void> {
  await until(`no coin of ${of.email} held`, async () => {
    const { held } = await of.get<{ held: number }>('/api/v1/wallet');
    return held === 0;
  });
}
