import { Link, useLocation } from '@tanstack/react-router';
import { ChevronDown } from 'lucide-react';
import { useEffect, useRef, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { collects, earns, pays, runs, watches, type Me } from '../app/api.ts';
import { usePreferences } from '../app/preferences.tsx';
import s from './nav.module.css';

/** The ways that are open to a person, and no other: nothing here leads to a refusal. */
export function Nav({ me }: { me: Me }): JSX.Element {
  const t = useTranslations('app');
  const calls = pays(me) || earns(me);
  const own = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    // On a phone the line is longer than the screen: where one is stays in sight.
    const [line, current] = [own.current, own.current?.querySelector('[aria-current=page]')];
    if (!line || !current) return;
    const [of, is] = [line.getBoundingClientRect(), current.getBoundingClientRect()];
    line.scrollLeft += is.left + is.width / 2 - of.left - of.width / 2;
  }, [pathname]);
  return (
    <nav ref={own} className={s['nav']} aria-label={t('nav')}>
      {pays(me) && <Link to="/find">{t('meet')}</Link>}
      {earns(me) && <Link to="/on-air">{t('onAir')}</Link>}
      {calls && <Link to="/video">{t('calls')}</Link>}
      {pays(me) && <Link to="/wallet">{t('wallet')}</Link>}
      {earns(me) && <Link to="/earnings">{t('earnings')}</Link>}
      {calls && <Link to="/dashboard/sessions">{t('sessions')}</Link>}
      {calls && <Link to="/calls">{t('history')}</Link>}
      {collects(me) && (
        <>
          <Link to="/collect" activeOptions={{ exact: true }}>
            {t('attend')}
          </Link>
          <Link to="/collect/debtors">{t('debtors')}</Link>
          <Link to="/collect/payments">{t('payments')}</Link>
        </>
      )}
      {watches(me) && (
        <>
          <Link to="/admin" activeOptions={{ exact: true }}>
            {t('admin')}
          </Link>
          <Link to="/admin/matching">{t('matching')}</Link>
          <Link to="/rooms">{t('rooms')}</Link>
          <Link to="/admin/people">{t('people')}</Link>
          <Link to="/admin/payouts">{t('payouts')}</Link>
          {runs(me) && <Link to="/admin/plans">{t('prices')}</Link>}
          <Link to="/lending">{t('lending')}</Link>
        </>
      )}
      {!calls && !watches(me) && !collects(me) && <Link to="/dashboard/video-test">{t('test')}</Link>}
    </nav>
  );
}

const MENU = 'account-menu';

/** A person's name, with what is about them and not about a page. */
export function AccountMenu({ me, onSignOut }: { me: Me; onSignOut: () => void }): JSX.Element {
  const t = useTranslations('app');
  const close = (): void => document.getElementById(MENU)?.hidePopover();
  return (
    <>
      <button type="button" className={s['who']} popoverTarget={MENU} data-testid="account-menu">
        <span className={s['name']} data-testid="me-name">
          {me.name}
        </span>
        <ChevronDown size={16} aria-hidden />
      </button>
      <div id={MENU} className={s['menu']} popover="auto" aria-label={t('account', { name: me.name })}>
        <span className={s['address']}>{me.email}</span>
        {!me.isGuest && (
          <>
            <Link to="/dashboard/video-test" onClick={close}>
              {t('test')}
            </Link>
            <a href="/docs" onClick={close}>
              {t('docs')}
            </a>
          </>
        )}
        <MenuSwitches />
        <button
          type="button"
          data-testid="sign-out"
          onClick={() => {
            close();
            onSignOut();
          }}
        >
          {t('signOut')}
        </button>
      </div>
    </>
  );
}

/** Language and theme, where the header has no room for them. */
function MenuSwitches(): JSX.Element {
  const t = useTranslations('app');
  const { locale, theme, setLocale, setTheme } = usePreferences();
  const other = theme === 'dark' ? 'light' : 'dark';
  const language = locale === 'es' ? 'en' : 'es';
  return (
    <>
      <button type="button" className={s['onPhones']} onClick={() => void setLocale(language)}>
        <span lang={language}>{t('language')}</span>
      </button>
      <button type="button" className={s['onPhones']} onClick={() => setTheme(other)}>
        {t('theme', { theme: other })}
      </button>
    </>
  );
}
