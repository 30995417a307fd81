import { describe, expect, it } from 'vitest';
import { GroupCommit, Overloaded } from './group-commit.ts';

const size = { sizeOf: () => 1 };
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);

describe('group commit', () => {
  it('[WEBHOOK-10] what arrives together is stored together, in order, at most 256 at once', async () => {
    const batches: number[][] = [];
    const group = new GroupCommit<number>({ ...size, store: async (batch) => void batches.push([...batch]) });
    await Promise.all(numbers(600).map((each) => group.add(each)));
    expect(batches.map((each) => each.length)).toEqual([256, 256, 88]);
    expect(batches.flat()).toEqual(numbers(600));
  });

  it('[WEBHOOK-10] big ones make small batches', async () => {
    const batches: number[] = [];
    const store = async (batch: readonly number[]) => void batches.push(batch.length);
    const group = new GroupCommit<number>({ sizeOf: () => 3 * 1024 * 1024, store });
    await Promise.all(numbers(5).map((each) => group.add(each)));
    expect(batches).toEqual([2, 2, 1]);
  });

  it('[WEBHOOK-11] nobody is answered before the commit', async () => {
    let commit: () => void = () => undefined;
    const group = new GroupCommit<number>({
      ...size,
      store: () => new Promise((resolve) => (commit = resolve)),
    });
    let answered = false;
    const added = group.add(1).then(() => (answered = true));
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(answered).toBe(false);
    commit();
    await added;
    expect(answered).toBe(true);
  });

  it('[WEBHOOK-12] a store that fails fails its batch and not the next', async () => {
    let fail = true;
    const group = new GroupCommit<number>({
      ...size,
      store: async () => {
        if (fail) throw new Error('away');
      },
    });
    await expect(Promise.all([group.add(1), group.add(2)])).rejects.toThrow('away');
    fail = false;
    await group.add(3);
  });

  it('[WEBHOOK-13] one that the database cannot hold does not take its neighbours with it', async () => {
    const stored: number[] = [];
    const store = async (batch: readonly number[]) => {
      if (batch.includes(2)) throw Object.assign(new Error('too deep'), { code: '54001' });
      stored.push(...batch);
    };
    const group = new GroupCommit<number>({ ...size, store });
    const answers = await Promise.allSettled([1, 2, 3].map((each) => group.add(each)));
    expect(answers.map((each) => each.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(stored).toEqual([1, 3]);
  });

  it('[WEBHOOK-14] beyond a bound it refuses instead of filling the memory', async () => {
    let commit: () => void = () => undefined;
    const group = new GroupCommit<number>({
      ...size,
      store: () => new Promise((resolve) => (commit = resolve)),
    });
    const added = numbers(4_096).map((each) => group.add(each));
    await expect(group.add(9)).rejects.toThrow(Overloaded);
    const closed = group.close();
    const free = setInterval(() => commit(), 0);
    await Promise.all(added);
    await closed;
    clearInterval(free);
    const big = new GroupCommit<number>({ sizeOf: () => 65 * 1024 * 1024, store: async () => undefined });
    await expect(big.add(1)).rejects.toThrow(Overloaded);
  });
});
