import type { JSX, ReactNode } from 'react';
import s from './admin.module.css';

/** One figure with its name; `bad` when it should be nought and is not. */
export function Figure(props: { name: string; bad?: boolean; children: ReactNode }): JSX.Element {
  return (
    <div className={s['figure']} data-bad={props.bad || undefined}>
      <span>{props.name}</span>
      <strong>{props.children}</strong>
    </div>
  );
}
