import type { Span } from '../kernel/spans.ts';
import { intersectSpans, totalMs, unionSpans } from '../kernel/spans.ts';
import type { Hours } from './hours.ts';
import { daySpans, openSpans } from './hours.ts';

/** What a mentor asks of times beyond their hours. */
export interface SlotRules extends Hours {
  /** How long before its start a session must be booked. */
  readonly noticeMs: number;
  /** How far ahead one may book. */
  readonly horizonMs: number;
  /** Kept free after each session. */
  readonly bufferMs: number;
}

/** Which slots are asked for. Instants are epoch ms. */
export interface SlotsAsked {
  readonly rules: SlotRules;
  readonly lengthMs: number;
  /** When the mentor is taken, buffers included. */
  readonly busy: readonly Span[];
  readonly within: Span;
  readonly now: number;
}

/** Nobody reads more slots than this at once. */
export const SLOTS_MAX = 1_000;

/** The slots that can be booked, the earliest first (MENTOR-4). */
export function slotsOf({ rules, lengthMs, busy, within, now }: SlotsAsked): Span[] {
  const earliest = Math.max(within[0], now + Math.max(0, rules.noticeMs));
  const latest = Math.min(within[1], now + rules.horizonMs);
  if (latest <= earliest || lengthMs <= 0) return [];
  const stepMs = lengthMs + rules.bufferMs;
  const slots: Span[] = [];
  const days = daySpans(rules, [earliest, latest + lengthMs]);
  const open = unionSpans(...days);
  // Each day's slots begin where its hours do, so that they stay where they are while time passes, and hours that go on over
  // midnight are one stretch.
  for (const [opensAt, closesAt] of days.flat()) {
    for (let at = opensAt; at < closesAt; at += stepMs) {
      if (at <= now || at < earliest || at >= latest || isTaken(busy, [at, at + stepMs])) continue;
      if (totalMs(intersectSpans(open, [[at, at + lengthMs]])) < lengthMs) continue;
      slots.push([at, at + lengthMs]);
      if (slots.length >= SLOTS_MAX) return slots;
    }
  }
  return slots;
}

/** Why a start cannot be booked. */
export type StartFault = 'in_past' | 'taken' | 'not_offered';

/** Why nobody can book this start; null when it can be booked (MENTOR-5). It need not be one of the slots. */
export function faultOfStart(asked: Omit<SlotsAsked, 'within'> & { startsAt: number }): StartFault | null {
  const { rules, lengthMs, busy, startsAt, now } = asked;
  if (startsAt <= now) return 'in_past';
  if (isTaken(busy, [startsAt, startsAt + lengthMs + rules.bufferMs])) return 'taken';
  if (startsAt < now + rules.noticeMs || startsAt > now + rules.horizonMs) return 'not_offered';
  const wanted: Span = [startsAt, startsAt + lengthMs];
  const isOpen = totalMs(openSpans(rules, wanted)) === lengthMs;
  return isOpen ? null : 'not_offered';
}

function isTaken(busy: readonly Span[], wanted: Span): boolean {
  return intersectSpans(busy, [wanted]).length > 0;
}
