import { useUnread } from '@latido/react';
import { Link } from '@tanstack/react-router';
import { Bell as BellIcon } from 'lucide-react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { api, type Me } from '../app/api.ts';
import { useBadge } from '../app/app-badge.ts';
import { useFeed } from '../app/feed.ts';
import s from './bell.module.css';

/** Beyond it the figure says no more than that there are many. */
const SHOWN_MOST = 99;

/** The way to the notices, with how many are unread. */
export function Bell({ me }: { me: Me }): JSX.Element {
  const t = useTranslations('inbox');
  const known = useUnread({ api, feed: useFeed(), personId: me.personId });
  useBadge(known);
  const unread = known ?? 0;
  return (
    <Link to="/inbox" className={s['bell'] ?? ''} aria-label={t('bell', { unread })} data-testid="bell">
      <BellIcon size={20} aria-hidden />
      {unread > 0 && (
        <span className={s['count']} aria-hidden data-testid="bell-count">
          {unread > SHOWN_MOST ? `${SHOWN_MOST}+` : unread}
        </span>
      )}
    </Link>
  );
}
