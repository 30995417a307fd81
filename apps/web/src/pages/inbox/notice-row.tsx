import type { NoticeListed } from '@latido/protocol';
import { useRouter } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import type { JSX, MouseEvent } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { Button } from '../../ui/button.tsx';
import s from './inbox.module.css';

/** One notice: what it says, when it was told, and whether it was read. Going where it leads reads it. */
export function NoticeRow({ notice, onRead }: { notice: NoticeListed; onRead: () => void }): JSX.Element {
  const t = useTranslations('notices');
  const format = useFormatter();
  const { title, text, path } = notice;
  const isUnread = notice.readAt === null;
  return (
    <li className={s['notice']} data-unread={isUnread} data-testid="notice">
      <span className={s['dot']} aria-hidden />
      <div className={s['words']}>
        <Title path={path} onFollowed={() => isUnread && onRead()}>
          {title}
        </Title>
        {text !== '' && <span>{text}</span>}
        <span className="small muted">
          {format.dateTime(new Date(notice.createdAt), { dateStyle: 'medium', timeStyle: 'short' })}
          {isUnread && <span className="sr"> {t('isUnread')}</span>}
        </span>
      </div>
      {isUnread && (
        <Button
          look="quiet"
          icon
          aria-label={t('markRead', { title })}
          data-testid="mark-read"
          onPress={onRead}
        >
          <Check size={20} aria-hidden />
        </Button>
      )}
    </li>
  );
}

interface TitleProps {
  readonly path: string | null;
  readonly onFollowed: () => void;
  readonly children: string;
}

/** The way to the page that a notice is about, within the app. */
function Title({ path, onFollowed, children }: TitleProps): JSX.Element {
  const router = useRouter();
  if (path === null) return <span className={s['title']}>{children}</span>;
  const follow = (event: MouseEvent): void => {
    onFollowed();
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    router.history.push(path);
  };
  return (
    <a className={s['title']} href={path} onClick={follow}>
      {children}
    </a>
  );
}
