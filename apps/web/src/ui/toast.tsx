import { createContext, use, useCallback, useRef, useState, type JSX, type ReactNode } from 'react';
import { Button } from './button.tsx';
import s from './toast.module.css';

/** A short word at the bottom of the page. */
export interface Toast {
  readonly text: string;
  readonly tone?: 'plain' | 'danger';
  /** How long it stands; the longer, the more there is to read. */
  readonly shownMs?: number;
  /** What can still be done about it; the word then goes. */
  readonly action?: { readonly label: string; readonly onPress: () => void };
}

const ToastContext = createContext<(toast: Toast) => void>(() => undefined);
const SHOWN_MS = 5_000;

/** The box of a toast, also for the gallery. */
export function ToastBox({ toast, onGone }: { toast: Toast; onGone?: () => void }): JSX.Element {
  const { action } = toast;
  return (
    <div className={s['toast']} data-tone={toast.tone ?? 'plain'} data-testid="toast">
      {toast.text}
      {action && (
        <Button
          data-testid="toast-action"
          onPress={() => {
            action.onPress();
            onGone?.();
          }}
        >
          {action.label}
        </Button>
      )}
    </div>
  );
}

/** Shows toasts for everything below: politely, and gone by themselves. */
export function ToastProvider({ children }: { children: ReactNode }): JSX.Element {
  const [toasts, setToasts] = useState<readonly (Toast & { id: number })[]>([]);
  const count = useRef(0);
  const drop = useCallback((id: number) => setToasts((old) => old.filter((other) => other.id !== id)), []);
  const show = useCallback(
    (toast: Toast) => {
      const id = ++count.current;
      setToasts((old) => [...old, { ...toast, id }].slice(-3));
      const { shownMs = SHOWN_MS } = toast;
      setTimeout(() => drop(id), shownMs);
    },
    [drop],
  );
  return (
    <ToastContext value={show}>
      {children}
      <div className={s['region']} aria-live="polite">
        {toasts.map((toast) => (
          <ToastBox key={toast.id} toast={toast} onGone={() => drop(toast.id)} />
        ))}
      </div>
    </ToastContext>
  );
}

/** Shows a toast. */
export const useToast = (): ((toast: Toast) => void) => use(ToastContext);
