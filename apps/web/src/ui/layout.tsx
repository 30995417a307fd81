import { createContext, use, useEffect, type JSX, type ReactNode } from 'react';
import { classes } from './classes.ts';
import s from './layout.module.css';

/** Names the window by the page, also for those who hear it; without a title it bears our name alone. */
export function usePageTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title ? `${title} · Latido` : 'Latido';
  }, [title]);
}

const TitledContext = createContext(false);

/** The heading of a state: the page's own where the page has no other. */
export function StateTitle({ children }: { children: ReactNode }): JSX.Element {
  const Heading = use(TitledContext) ? 'h2' : 'h1';
  return <Heading>{children}</Heading>;
}

/** A page: what it is, what may be done with it, and its content. */
export function Page(props: {
  title?: string;
  /** What the window is called where the page draws its title by itself. */
  name?: string;
  text?: string;
  eyebrow?: string;
  actions?: ReactNode;
  narrow?: boolean;
  children: ReactNode;
}): JSX.Element {
  usePageTitle(props.title ?? props.name);
  return (
    <div className={classes(s['page'], props.narrow && s['narrow'])}>
      {props.title && (
        <header className={s['head']}>
          <div className={s['words']}>
            {props.eyebrow && <p className="small">{props.eyebrow}</p>}
            <h1>{props.title}</h1>
            {props.text && <p>{props.text}</p>}
          </div>
          {props.actions && <div className={s['actions']}>{props.actions}</div>}
        </header>
      )}
      <TitledContext value={Boolean(props.title)}>{props.children}</TitledContext>
    </div>
  );
}

/** A surface with a hairline around it. */
export function Card({ children, testId }: { children: ReactNode; testId?: string }): JSX.Element {
  return (
    <section className={s['card']} data-testid={testId}>
      {children}
    </section>
  );
}

/** Things below each other. */
export function Stack({ children }: { children: ReactNode }): JSX.Element {
  return <div className={s['stack']}>{children}</div>;
}

/** Buttons beside each other. */
export function Actions({ children }: { children: ReactNode }): JSX.Element {
  return <div className={s['actions']}>{children}</div>;
}

/** One figure with its name. */
export interface LineProps {
  readonly name: ReactNode;
  readonly strong?: boolean;
  readonly testId?: string;
  readonly children: ReactNode;
}

/** A list of figures: the names at the start, the figures aligned at the end. */
export function Lines({ children, testId }: { children: ReactNode; testId?: string }): JSX.Element {
  return (
    <dl className={s['lines']} data-testid={testId}>
      {children}
    </dl>
  );
}

/** A line of {@link Lines}. */
export function Line({ name, strong, testId, children }: LineProps): JSX.Element {
  return (
    <div className={classes(s['line'], strong && s['strong'])}>
      <dt>{name}</dt>
      <dd data-testid={testId}>{children}</dd>
    </div>
  );
}
