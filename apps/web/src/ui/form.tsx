import { useRef, type FormEvent, type JSX, type ReactNode } from 'react';
import { flushSync } from 'react-dom';

/** Props of {@link Form}. */
export interface FormProps {
  /** Sends the form, or marks what is wrong with it by the `error` of its fields. */
  readonly onSubmit: () => void;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** A form that is judged by the page: what is wrong stands at its field, and the first wrong one has the focus. */
export function Form({ onSubmit, className, children }: FormProps): JSX.Element {
  const form = useRef<HTMLFormElement>(null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    // What is wrong must be marked before it can be looked for.
    flushSync(onSubmit);
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  };
  return (
    <form ref={form} className={className} onSubmit={submit} noValidate>
      {children}
    </form>
  );
}
