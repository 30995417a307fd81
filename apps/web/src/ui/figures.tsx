import { Fragment, type JSX } from 'react';

/** Words in Sans, the figures among them in Mono. */
export function Figures({ children }: { children: string }): JSX.Element {
  return (
    <>
      {children.split(/(\d+(?:[.,]\d+)*)/).map((part, n) =>
        n % 2 === 1 ? (
          <span key={n} className="digits">
            {part}
          </span>
        ) : (
          <Fragment key={n}>{part}</Fragment>
        ),
      )}
    </>
  );
}
