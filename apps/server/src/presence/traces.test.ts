import { expect, test } from 'vitest';
import { Traces } from './traces.ts';

const anna = { identity: 'person_anna', participantSid: 'PA_anna' };
const beat = (at: number): string =>
  JSON.stringify({ type: 'peer_beat', ...anna, at: new Date(at).toISOString() });

test('the traces of somebody go out once, in their order, behind the answer', () => {
  const traces = new Traces();
  traces.add(anna, 1_000);
  traces.add(anna, 1_500);
  const messages = ['an answer'];
  traces.moveTo(messages);
  expect(messages).toEqual(['an answer', beat(1_000), beat(1_500)]);
  traces.add(anna, 2_000);
  const next: string[] = [];
  traces.moveTo(next);
  expect(next).toEqual([beat(2_000)]);
});

test('each of several who beat by turns is told as themselves', () => {
  const bea = { identity: 'person_"bea"', participantSid: 'PA_bea' };
  const again = { ...anna, identity: 'person_anna~2' };
  const traces = new Traces();
  for (const of of [anna, bea, anna, again]) traces.add(of, 1_000);
  const messages: string[] = [];
  traces.moveTo(messages);
  const at = new Date(1_000).toISOString();
  const told = [anna, bea, anna, again].map((of) => ({ type: 'peer_beat', ...of, at }));
  expect(messages.map((message) => JSON.parse(message))).toEqual(told);
});

test('whoever is not answered for long is told the latest of them', () => {
  const traces = new Traces();
  for (let n = 0; n < 40; n += 1) traces.add(anna, n * 500);
  const messages: string[] = [];
  traces.moveTo(messages);
  expect([messages.length, messages.at(0), messages.at(-1)]).toEqual([32, beat(8 * 500), beat(39 * 500)]);
});
