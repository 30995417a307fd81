import { useEffect, useId, useRef, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/button.tsx';
import s from './call-view.module.css';

/**
 * Asked when somebody goes to another page of ours in the middle of a call: by "back", mostly. The browser's own
 * dialog: it stands over the call by itself, and the call page has no room for more.
 */
export function LeaveDialog(props: {
  isOpen: boolean;
  onStay: () => void;
  onLeave: () => void;
}): JSX.Element {
  const t = useTranslations('video');
  const id = useId();
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (props.isOpen) box.current?.showModal();
    else box.current?.close();
  }, [props.isOpen]);
  return (
    <dialog ref={box} className={s['leave']} aria-labelledby={id} onCancel={props.onStay}>
      <h2 id={id}>{t('leaveTitle')}</h2>
      <p>{t('leaveText')}</p>
      <div className={s['leaveActions']}>
        <Button onPress={props.onStay} data-testid="stay-in-call">
          {t('stay')}
        </Button>
        <Button look="danger" onPress={props.onLeave} data-testid="leave-call">
          {t('leaveNow')}
        </Button>
      </div>
    </dialog>
  );
}
