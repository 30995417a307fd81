import { X } from 'lucide-react';
import type { JSX, ReactNode } from 'react';
import { Dialog as AriaDialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { useTranslations } from 'use-intl';
import { Button } from './button.tsx';
import s from './dialog.module.css';

/** A window over the page; a sheet from below on phones. Escape and the page behind it close it. */
export function Dialog(props: {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
}): JSX.Element {
  const t = useTranslations('app');
  return (
    <ModalOverlay
      className={s['overlay'] ?? ''}
      isOpen={props.isOpen}
      onOpenChange={(open) => !open && props.onClose()}
      isDismissable
    >
      <Modal className={s['modal'] ?? ''}>
        <AriaDialog className={s['dialog'] ?? ''}>
          <div className={s['head']}>
            <Heading slot="title" level={2}>
              {props.title}
            </Heading>
            <Button look="quiet" icon aria-label={t('close')} onPress={props.onClose}>
              <X size={20} aria-hidden />
            </Button>
          </div>
          {props.children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
