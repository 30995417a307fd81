import type { JSX, ReactNode } from 'react';
import s from './admin.module.css';

/** One figure with its name, and what it should be; `bad` when it is not. */
export function Figure(props: {
  name: string;
  hint?: string;
  bad?: boolean;
  children: ReactNode;
}): JSX.Element {
  return (
    <div className={s['figure']} data-bad={props.bad || undefined}>
      <span>{props.name}</span>
      <strong>{props.children}</strong>
      {props.hint && <span>{props.hint}</span>}
    </div>
  );
}
