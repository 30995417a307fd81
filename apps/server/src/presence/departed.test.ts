import { expect, test } from 'vitest';
import { Departed } from './departed.ts';

const at = (seq: bigint) => () => Promise.resolve(seq);

test('[METER-33] a call that people of LiveKit alone left stands until units are laid by it', async () => {
  const departed = new Departed();
  const neverAsked = () => Promise.reject(new Error('nobody left'));
  expect(await departed.standing(neverAsked, neverAsked)).toEqual([]);
  departed.add(['call_1']);
  expect(await departed.standing(at(7n), at(5n))).toEqual(['call_1']);
  departed.add(['call_2']);
  // By now more is folded, of others: the first one left by 7.
  expect(await departed.standing(at(9n), at(7n))).toEqual(['call_2']);
  expect(await departed.standing(at(12n), at(9n))).toEqual([]);
  expect(await departed.standing(neverAsked, neverAsked)).toEqual([]);
});

test('[METER-33] who leaves while it is asked stands until it is asked again', async () => {
  const departed = new Departed();
  departed.add(['call_1']);
  const laidTo = async (): Promise<bigint> => {
    departed.add(['call_2']);
    return 7n;
  };
  expect(await departed.standing(at(7n), laidTo)).toEqual(['call_2']);
  expect(await departed.standing(at(8n), at(7n))).toEqual(['call_2']);
});
