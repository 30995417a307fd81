import type { JSX, ReactNode } from 'react';
import { classes } from './classes.ts';
import s from './badge.module.css';

/** What a badge says by its colour, beside its word. */
export type Tone = 'alive' | 'warn' | 'danger' | 'plain';

/** A state in one word. */
export function Badge({ tone, children }: { tone: Tone; children: ReactNode }): JSX.Element {
  return <span className={classes(s['badge'], s[tone])}>{children}</span>;
}

/** The colour of a call's state. */
export const toneOf = (status: string): Tone =>
  status === 'live' ? 'alive' : status === 'reconnecting' ? 'warn' : 'plain';
