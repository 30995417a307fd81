import { X } from 'lucide-react';
import { useEffect, useRef, type JSX, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/button.tsx';
import s from './docked.module.css';

/** What stands beside a session's video, dark as the call is. It has the focus as it opens; Escape closes it. */
export function Docked(props: {
  title: string;
  onClose: () => void;
  testId: string;
  children: ReactNode;
}): JSX.Element {
  const { title, onClose, testId } = props;
  const words = useTranslations('app');
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    // The key works wherever in it the focus is.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <aside
      ref={box}
      tabIndex={-1}
      className={s['side']}
      data-look="dark"
      aria-label={title}
      onKeyDown={({ key }) => key === 'Escape' && onClose()}
      data-testid={testId}
    >
      <div className={s['head']}>
        <h2>{title}</h2>
        <Button look="quiet" icon aria-label={words('close')} onPress={onClose}>
          <X size={20} aria-hidden />
        </Button>
      </div>
      <div className={s['body']}>{props.children}</div>
    </aside>
  );
}
