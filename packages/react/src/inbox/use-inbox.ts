import type {
  InboxCount,
  InboxSettings,
  Mute,
  NoticeList,
  NoticeListed,
  NoticeTopic,
} from '@latido/protocol';
import { useCallback, useEffect, useRef, useState } from 'react';
import { tellTabs, useUnread, type InboxOf } from './unread.ts';

/** The server gives so many at once. */
const MOST = 200;
const PAGE = 50;

/** What a page of an inbox shows. */
export interface InboxOptions extends InboxOf {
  /** Only what is unread. */
  readonly unreadOnly?: boolean;
  /** Only notices about this. */
  readonly topic?: NoticeTopic | undefined;
  /** Only notices of this type. */
  readonly type?: string | undefined;
  /** The language that notices are told in. */
  readonly locale: 'en' | 'es';
}

/** A person's inbox, as it changes. */
export interface InboxView {
  /** The newest first; null until the first answer. */
  readonly items: readonly NoticeListed[] | null;
  readonly unread: number | null;
  readonly hasMore: boolean;
  /** Why the last question was not answered; null once one is. */
  readonly error: unknown;
  more(): Promise<void>;
  retry(): void;
  /** Marks notices as read by their cursors, on all devices of the person. */
  markRead(cursors: readonly string[]): Promise<void>;
  readAll(): Promise<void>;
}

interface Listed {
  readonly of: string;
  readonly items: readonly NoticeListed[];
  readonly nextCursor: string | null;
}

type Page = Pick<NoticeList, 'items' | 'nextCursor'>;

/** Reads a person's inbox: a list that follows what comes and what is read elsewhere, and what can be done with it. */
export function useInbox(options: InboxOptions): InboxView {
  const { api, personId } = options;
  const unread = useUnread(options);
  const list = useList(options, unread);
  const mark = async (body: object): Promise<void> => {
    const { unread: left } = await api.send<InboxCount>('POST', '/api/v1/inbox/read', body);
    if (personId !== undefined) tellTabs(personId, left);
    list.retry();
  };
  return {
    ...list,
    unread,
    markRead: (ids) => mark({ ids }),
    readAll: async () => {
      // Up to the newest there is, which a filter may hide.
      const { items } = await api.send<Page>('GET', '/api/v1/inbox/notices?limit=1');
      if (items[0]) await mark({ upTo: items[0].cursor });
    },
  };
}

type List = Pick<InboxView, 'items' | 'hasMore' | 'error' | 'more' | 'retry'>;

/** The list as far as it was asked for, read anew whenever the count of unread ones says that something has changed. */
function useList(options: InboxOptions, unread: number | null): List {
  const { api, personId, unreadOnly = false, topic, type, locale } = options;
  const [listed, setListed] = useState<Listed | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [asked, setAsked] = useState(0);
  const of = `${personId} ${unreadOnly} ${topic ?? ''} ${type ?? ''} ${locale}`;
  const here = listed?.of === of ? listed : null;
  const length = useRef(0);
  length.current = here?.items.length ?? 0;
  const read = useCallback(
    (limit: number, cursor?: string) =>
      api.send<Page>(
        'GET',
        `/api/v1/inbox/notices?${queryOf({ unreadOnly, topic, type, locale, limit, cursor })}`,
      ),
    [api, unreadOnly, topic, type, locale],
  );
  useEffect(() => {
    if (personId === undefined) return;
    let stopped = false;
    read(Math.min(MOST, Math.max(PAGE, length.current))).then(
      (page) => {
        if (stopped) return;
        setError(null);
        setListed({ of, ...page });
      },
      (thrown: unknown) => stopped || setError(thrown),
    );
    return () => {
      stopped = true;
    };
  }, [read, of, personId, unread, asked]);
  return {
    items: here?.items ?? null,
    hasMore: Boolean(here?.nextCursor),
    error,
    retry: () => setAsked((before) => before + 1),
    async more() {
      if (!here?.nextCursor) return;
      const page = await read(PAGE, here.nextCursor);
      setListed({ of, items: [...here.items, ...page.items], nextCursor: page.nextCursor });
    },
  };
}

function queryOf(of: {
  unreadOnly: boolean;
  topic: string | undefined;
  type: string | undefined;
  locale: string;
  limit: number;
  cursor: string | undefined;
}): string {
  const query = new URLSearchParams({ limit: String(of.limit), locale: of.locale });
  if (of.unreadOnly) query.set('unread', 'true');
  if (of.topic !== undefined) query.set('topic', of.topic);
  if (of.type !== undefined) query.set('type', of.type);
  if (of.cursor !== undefined) query.set('cursor', of.cursor);
  return query.toString();
}

/** What a person does not want to be told, and how to change it. */
export interface Mutes {
  /** Null until the first answer. */
  readonly muted: readonly Mute[] | null;
  readonly error: unknown;
  set(mute: Mute, isMuted: boolean): Promise<void>;
}

/**
 * Reads and keeps what a person does not want to be told, by type and way. A switch turns at once, and back where the server would not
 * have it; what is pressed meanwhile waits its turn, so that the last press is what is kept.
 */
export function useMutes({ api, personId }: Pick<InboxOf, 'api' | 'personId'>): Mutes {
  const [muted, setMuted] = useState<readonly Mute[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const kept = useRef<readonly Mute[]>([]);
  const wanted = useRef<readonly Mute[]>([]);
  const line = useRef<Promise<void>>(Promise.resolve());
  const show = useCallback((mutes: readonly Mute[]): void => {
    wanted.current = mutes;
    setMuted(mutes);
  }, []);
  useEffect(() => {
    if (personId === undefined) return;
    let stopped = false;
    api.send<InboxSettings>('GET', '/api/v1/inbox/settings').then(
      (settings) => {
        if (stopped) return;
        kept.current = settings.muted;
        show(settings.muted);
      },
      (thrown: unknown) => stopped || setError(thrown),
    );
    return () => {
      stopped = true;
    };
  }, [api, personId, show]);
  const keep = async (mutes: readonly Mute[]): Promise<void> => {
    try {
      const settings = await api.send<InboxSettings>('PUT', '/api/v1/inbox/settings', { muted: mutes });
      kept.current = settings.muted;
      setError(null);
    } catch (thrown) {
      setError(thrown);
      show(kept.current);
    }
  };
  const set = (mute: Mute, isMuted: boolean): Promise<void> => {
    const others = wanted.current.filter(({ type, way }) => type !== mute.type || way !== mute.way);
    show(isMuted ? [...others, mute] : others);
    line.current = line.current.then(() => keep(wanted.current));
    return line.current;
  };
  return { muted, error, set };
}
