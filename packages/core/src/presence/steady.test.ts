import { expect, test } from 'vitest';
import { at, fold, joined, proof } from './builders.testing.ts';
import { withSteadyProof } from './interval.ts';

test('[PRES-F14] beats beside the log lengthen an open stay from a proof in the log on, and none after a silence', () => {
  const [interval] = fold([joined(0), proof(0, 10)]);
  if (interval === undefined) throw new Error('no interval');
  const until = (fromAt: number, toAt: number) =>
    (withSteadyProof(interval, [at(fromAt), at(toAt)]).lastProofAt - at(0)) / 1000;
  expect([until(10, 15), until(0, 15), until(10.001, 15), until(0, 9)]).toEqual([15, 15, 10, 10]);
  const gone = { ...interval, leftAt: at(10) };
  expect(withSteadyProof(gone, [at(10), at(15)])).toBe(gone);
});
