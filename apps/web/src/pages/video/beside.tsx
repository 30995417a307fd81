import type { JSX, ReactNode } from 'react';
import s from './beside.module.css';

/** A call, and what stands beside it: the video gives way, nothing floats on a face. On a phone it stands below. */
export function Beside({ children, side }: { children: ReactNode; side: ReactNode }): JSX.Element {
  return (
    <div className={side ? s['split'] : s['whole']}>
      {children}
      {side}
    </div>
  );
}
