import type { Clock, Hints, Module } from '../platform/index.ts';
import { notificationsStage } from './follow.ts';

/** Tells the people of calls what follows from the facts. */
export function createNotifications(deps: { hints: Hints; clock: Clock }): Module {
  return { stages: [notificationsStage(deps)] };
}
