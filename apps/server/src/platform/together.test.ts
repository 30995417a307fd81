import { expect, it } from 'vitest';
import { Together } from './together.ts';

/** Reads that end when they are let, with what they were for. */
function held() {
  const reads: { readonly keys: readonly string[]; end(error?: Error): void }[] = [];
  const together = new Together(
    (keys: readonly string[]) =>
      new Promise<string>((resolve, reject) => {
        reads.push({ keys, end: (error) => (error ? reject(error) : resolve(keys.join(' '))) });
      }),
  );
  const begun = async (count: number): Promise<void> => {
    while (reads.length < count) await new Promise(setImmediate);
  };
  return { reads, together, begun };
}

it('reads at once for who asks alone, and then for all together who asked meanwhile', async () => {
  const { reads, together, begun } = held();
  const alice = together.ask('alice');
  expect(reads.map(({ keys }) => keys)).toEqual([['alice']]);
  const [bob, carol] = [together.ask('bob'), together.ask('carol')];
  expect(reads).toHaveLength(1);
  reads[0]?.end();
  await expect(alice).resolves.toBe('alice');
  await begun(2);
  reads[1]?.end();
  await expect(Promise.all([bob, carol])).resolves.toEqual(['bob carol', 'bob carol']);
});

it('reads for nobody by what was begun before they asked', async () => {
  const { reads, together, begun } = held();
  const first = together.ask('alice');
  const again = together.ask('alice');
  reads[0]?.end();
  await first;
  await begun(2);
  expect(reads[1]?.keys).toEqual(['alice']);
  reads[1]?.end();
  await again;
});

it('tells all for whom it could not read, and reads for the next', async () => {
  const { reads, together, begun } = held();
  const first = together.ask('alice');
  const others = Promise.allSettled([together.ask('bob'), together.ask('carol')]);
  reads[0]?.end();
  await first;
  await begun(2);
  reads[1]?.end(new Error('away'));
  expect((await others).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const later = together.ask('dora');
  await begun(3);
  reads[2]?.end();
  await expect(later).resolves.toBe('dora');
});
