import { createLink } from '@tanstack/react-router';
import type { ComponentProps, JSX, ReactNode } from 'react';
import { classes } from './classes.ts';
import s from './rows.module.css';

/** A list of things, one under the other with a hairline between them; on phones each takes two lines. */
export function Rows({ label, children }: { label: string; children: ReactNode }): JSX.Element {
  return (
    <ul className={s['rows']} aria-label={label}>
      {children}
    </ul>
  );
}

/** One thing of {@link Rows}. */
export function Row({ children, testId }: { children: ReactNode; testId?: string }): JSX.Element {
  return (
    <li className={s['row']} data-testid={testId}>
      {children}
    </li>
  );
}

function Anchor({ className, ...rest }: ComponentProps<'a'>): JSX.Element {
  return <a {...rest} className={classes(s['link'], className)} />;
}

/** The thing's name, which leads to it: the whole row takes the press. */
export const RowLink = createLink(Anchor);

/** What stands in a row: its name, then what is told of it; `atEnd` what is compared from row to row. */
export function Cell(props: {
  children: ReactNode;
  part: 'main' | 'side' | 'figure' | 'state';
}): JSX.Element {
  return <div className={classes(s['cell'], s[props.part])}>{props.children}</div>;
}
