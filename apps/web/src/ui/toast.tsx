import { createContext, use, useCallback, useRef, useState, type JSX, type ReactNode } from 'react';
import s from './toast.module.css';

/** A short word at the bottom of the page. */
export interface Toast {
  readonly text: string;
  readonly tone?: 'plain' | 'danger';
  /** How long it stands; the longer, the more there is to read. */
  readonly shownMs?: number;
}

const ToastContext = createContext<(toast: Toast) => void>(() => undefined);
const SHOWN_MS = 5_000;

/** The box of a toast, also for the gallery. */
export function ToastBox({ toast }: { toast: Toast }): JSX.Element {
  return (
    <div className={s['toast']} data-tone={toast.tone ?? 'plain'}>
      {toast.text}
    </div>
  );
}

/** Shows toasts for everything below: politely, and gone by themselves. */
export function ToastProvider({ children }: { children: ReactNode }): JSX.Element {
  const [toasts, setToasts] = useState<readonly (Toast & { id: number })[]>([]);
  const count = useRef(0);
  const show = useCallback((toast: Toast) => {
    const id = ++count.current;
    setToasts((old) => [...old, { ...toast, id }].slice(-3));
    const { shownMs = SHOWN_MS } = toast;
    setTimeout(() => setToasts((old) => old.filter((other) => other.id !== id)), shownMs);
  }, []);
  return (
    <ToastContext value={show}>
      {children}
      <div className={s['region']} aria-live="polite">
        {toasts.map((toast) => (
          <ToastBox key={toast.id} toast={toast} />
        ))}
      </div>
    </ToastContext>
  );
}

/** Shows a toast. */
export const useToast = (): ((toast: Toast) => void) => use(ToastContext);
