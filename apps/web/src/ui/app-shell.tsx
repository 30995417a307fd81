import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { Moon, Sun } from 'lucide-react';
import {
  createContext,
  use,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type JSX,
  type RefObject,
} from 'react';
import { useTranslations } from 'use-intl';
import { earns, pays, useMe, useSignOut, walletQuery, type Me } from '../app/api.ts';
import { useBadge } from '../app/app-badge.ts';
import { usePreferences } from '../app/preferences.tsx';
import s from './app-shell.module.css';
import { Bell } from './bell.tsx';
import { Button, ButtonLink } from './button.tsx';
import { IncomingCalls } from './incoming-calls.tsx';
import { Coins } from './money.tsx';
import { AccountMenu, Nav } from './nav.tsx';
import { ServerAway } from './server-away.tsx';
import { useToast } from './toast.tsx';

/** The mark: one beat. */
export function Mark(): JSX.Element {
  return (
    <svg width="30" height="22" viewBox="0 0 30 22" fill="none" aria-hidden>
      <path
        d="M1 12h6l2-3 2 5 3-11 4 15 3-6h8"
        stroke="currentColor"
        strokeWidth="2.2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

/** Language and theme; of who is signed in the account menu has them too, for phones have no room in the header. */
function Switches(): JSX.Element {
  const t = useTranslations('app');
  const { locale, theme, setLocale, setTheme } = usePreferences();
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <>
      <Button
        look="quiet"
        icon
        data-testid="switch-language"
        onPress={() => void setLocale(locale === 'es' ? 'en' : 'es')}
      >
        <span lang={locale === 'es' ? 'en' : 'es'}>
          {locale === 'es' ? 'EN' : 'ES'}
          <span className="sr">: {t('language')}</span>
        </span>
      </Button>
      <Button
        look="quiet"
        icon
        aria-label={t('theme', { theme: other })}
        data-testid="switch-theme"
        onPress={() => setTheme(other)}
      >
        {theme === 'dark' ? <Sun size={20} aria-hidden /> : <Moon size={20} aria-hidden />}
      </Button>
    </>
  );
}

function Person({ me }: { me: Me }): JSX.Element {
  const navigate = useNavigate();
  const signOut = useSignOut(() => navigate({ to: '/sign-in' }));
  const wallet = useQuery({ ...walletQuery, enabled: pays(me) });
  return (
    <>
      {wallet.data && (
        <Link to="/wallet" className={s['balance'] ?? ''} data-testid="header-balance">
          <Coins of={wallet.data.balance} />
        </Link>
      )}
      {!me.isGuest && <Bell me={me} />}
      <AccountMenu me={me} onSignOut={() => void signOut()} />
    </>
  );
}

/** What the page that is open tells the shell around it. */
interface Surroundings {
  readonly setRoom: (room: string | null) => void;
  readonly setListed: (listed: boolean) => void;
  readonly setCall: (open: boolean) => void;
}

const SurroundingsContext = createContext<Surroundings>({
  setRoom: () => undefined,
  setListed: () => undefined,
  setCall: () => undefined,
});

/** While mounted with a room, the window belongs to that room's call: no header, and nobody is called into it. */
export function useFullWindow(room: string | null): void {
  const { setRoom } = use(SurroundingsContext);
  useLayoutEffect(() => {
    setRoom(room);
    return () => setRoom(null);
  }, [setRoom, room]);
}

/** While mounted, the page shows the calls that come in by itself. */
export function useOwnInvitations(): void {
  const { setListed } = use(SurroundingsContext);
  useLayoutEffect(() => {
    setListed(true);
    return () => setListed(false);
  }, [setListed]);
}

/** While mounted, a call or its summary is open: a sign-in that ends meanwhile takes neither away. */
export function useOpenCall(): void {
  const { setCall } = use(SurroundingsContext);
  useLayoutEffect(() => {
    setCall(true);
    return () => setCall(false);
  }, [setCall]);
}

function SignInLink(): JSX.Element {
  const t = useTranslations('app');
  return (
    <ButtonLink to="/sign-in" look="primary">
      {t('signIn')}
    </ButtonLink>
  );
}

const OPEN_TO_ALL: readonly string[] = ['/', '/sign-in', '/register', '/ui'];

/** Whose sign-in ends while they are on a page of their own is led to sign in and back; a call is not interrupted. */
function useSignedInStill(me: Me | null | undefined, inCall: boolean): void {
  const t = useTranslations('app');
  const navigate = useNavigate();
  const toast = useToast();
  const was = useRef(false);
  const { pathname, href } = useRouterState({ select: (state) => state.location });
  useEffect(() => {
    if (me) was.current = true;
    if (me !== null || !was.current || inCall) return;
    was.current = false;
    if (OPEN_TO_ALL.includes(pathname) || pathname.startsWith('/s/')) return;
    toast({ text: t('signedOut') });
    void navigate({ to: '/sign-in', search: { next: href } });
  }, [me, inCall, pathname, href, navigate, toast, t]);
}

/** A new page begins at its beginning, also for the keyboard and for those who listen. */
function useFocusOnArrival(path: string): RefObject<HTMLElement | null> {
  const main = useRef<HTMLElement>(null);
  const last = useRef(path);
  useEffect(() => {
    if (last.current === path) return;
    last.current = path;
    // A page that has put the focus somewhere itself knows better.
    if (!main.current?.contains(document.activeElement)) main.current?.focus({ preventScroll: true });
  }, [path]);
  return main;
}

/** What stands around every page. */
export function AppShell(): JSX.Element {
  const t = useTranslations('app');
  const me = useMe();
  const [room, setRoom] = useState<string | null>(null);
  const [listed, setListed] = useState(false);
  const [call, setCall] = useState(false);
  const surroundings = useMemo(() => ({ setRoom, setListed, setCall }), []);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const main = useFocusOnArrival(path);
  useSignedInStill(me, call);
  // Nobody is signed in: what was unread is nobody's on this device.
  useBadge(me === null ? 0 : null);
  return (
    <SurroundingsContext value={surroundings}>
      <a className={s['skip']} href="#main">
        {t('skip')}
      </a>
      {room === null && (
        <header className={s['header']}>
          <div className={s['bar']}>
            <Link to="/" className={s['logo'] ?? ''}>
              <Mark />
              {t('name')}
            </Link>
            {me && !me.isGuest && <Nav me={me} />}
            <div className={s['end']}>
              <span className={s['switches']} data-person={Boolean(me)}>
                <Switches />
              </span>
              {me && <Person me={me} />}
              {me === null && path !== '/sign-in' && <SignInLink />}
            </div>
          </div>
        </header>
      )}
      {room === null && <ServerAway />}
      {(earns(me) || pays(me)) && <IncomingCalls room={room} listed={listed} />}
      <main ref={main} id="main" className={s['main']} tabIndex={-1}>
        <Outlet />
      </main>
    </SurroundingsContext>
  );
}
