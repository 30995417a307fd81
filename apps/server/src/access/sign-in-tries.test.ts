import { describe, expect, it } from 'vitest';
import { SignInTries } from './sign-in-tries.ts';

/** A check that takes a while: its answer comes after everything that is under way now. */
const answered = async (ok: boolean) => {
  await new Promise((resolve) => setImmediate(resolve));
  return { ok };
};

/** How many of these tries were looked at, and not sent away with a 429. */
async function lookedAt(tries: readonly Promise<unknown>[]): Promise<number> {
  const settled = await Promise.allSettled(tries);
  return settled.filter(({ status }) => status === 'fulfilled').length;
}

describe('guessing', () => {
  const cases: [string, (n: number) => { account: string; address: string }, number][] = [
    ['one account from one address', () => ({ account: 'a@b.test', address: '203.0.113.7' }), 20],
    ['one account from many addresses', (n) => ({ account: 'a@b.test', address: `10.0.${n}.1` }), 20],
    ['many accounts from one address', (n) => ({ account: `a${n}@b.test`, address: '203.0.113.7' }), 60],
    [
      'many accounts from one network of IPv6',
      (n) => ({ account: `a${n}@b.test`, address: `2001:db8:1:2:${n}::${n}` }),
      60,
    ],
  ];
  it.each(cases)('[ACCESS-3] %s, 60 side by side for 75 s: 60 answers at most', async (_name, who, most) => {
    let now = 0;
    const tries = new SignInTries(() => now);
    let looked = 0;
    for (let second = 0; second < 75; second += 1) {
      now = second * 1000;
      const guesses = Array.from({ length: 60 }, (_, n) => tries.check(who(n), () => answered(false)));
      looked += await lookedAt(guesses);
    }
    expect(looked).toBe(most);
  });

  it('[ACCESS-9] a hundred people of one address sign in at once, and nobody is refused', async () => {
    const tries = new SignInTries();
    const people = Array.from({ length: 100 }, (_, n) => ({
      account: `p${n}@b.test`,
      address: '203.0.113.7',
    }));
    expect(await lookedAt(people.map((who) => tries.check(who, () => answered(true))))).toBe(100);
  });

  it('[ACCESS-9] who guesses elsewhere does not lock the owner out where they have signed in before', async () => {
    const tries = new SignInTries();
    const home = { account: 'a@b.test', address: '198.51.100.1' };
    await tries.check(home, () => answered(true));
    const guesses = Array.from({ length: 30 }, (_, n) =>
      tries.check({ account: 'A@b.test', address: `10.0.${n}.1` }, () => answered(false)),
    );
    expect(await lookedAt(guesses)).toBe(10);
    await expect(tries.check(home, () => answered(true))).resolves.toEqual({ ok: true });
  });

  it('[ACCESS-10] a check that failed by itself was no refusal', async () => {
    const tries = new SignInTries();
    const who = { account: 'a@b.test', address: '198.51.100.1' };
    for (let n = 0; n < 40; n += 1)
      await expect(tries.check(who, () => Promise.reject(new Error('the database is away')))).rejects.toThrow(
        'away',
      );
    await expect(tries.check(who, () => answered(true))).resolves.toEqual({ ok: true });
  });
});
