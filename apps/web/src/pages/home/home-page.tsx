import { Link, type LinkProps } from '@tanstack/react-router';
import { Activity, History, MonitorPlay, PhoneCall, PhoneIncoming, type LucideIcon } from 'lucide-react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { earns, pays, useMe, watches, type Me } from '../../app/api.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { Page } from '../../ui/layout.tsx';
import s from './home.module.css';

type Kind = 'pay' | 'earn' | 'test' | 'history' | 'admin';

const CARDS: Readonly<Record<Kind, { to: NonNullable<LinkProps['to']>; Icon: LucideIcon }>> = {
  pay: { to: '/video', Icon: PhoneCall },
  earn: { to: '/video', Icon: PhoneIncoming },
  test: { to: '/dashboard/video-test', Icon: MonitorPlay },
  history: { to: '/calls', Icon: History },
  admin: { to: '/admin', Icon: Activity },
};

function kindsFor(me: Me | null | undefined): readonly Kind[] {
  if (!me) return ['pay', 'earn', 'test'];
  const kinds: Kind[] = [];
  if (pays(me)) kinds.push('pay');
  if (earns(me)) kinds.push('earn');
  if (watches(me)) kinds.push('admin');
  return [...kinds, 'history', 'test'];
}

function Card({ kind }: { kind: Kind }): JSX.Element {
  const t = useTranslations('home');
  const { to, Icon } = CARDS[kind];
  return (
    <Link to={to} className={s['card'] ?? ''} data-testid={`home-${kind}`}>
      <h2>
        <Icon size={22} aria-hidden />
        {t(`${kind}Title`)}
      </h2>
      <p>{t(`${kind}Text`)}</p>
    </Link>
  );
}

/** What it is, and where to go from here. */
export function HomePage(): JSX.Element {
  const t = useTranslations();
  const me = useMe();
  return (
    <Page>
      <section className={s['hero']}>
        <h1>{me ? t('home.hello', { name: me.name }) : t('home.title')}</h1>
        <p>{me ? t('home.helloText') : t('home.text')}</p>
        {me === null && (
          <div className={s['actions']}>
            <ButtonLink to="/register" look="primary">
              {t('app.register')}
            </ButtonLink>
            <ButtonLink to="/sign-in">{t('app.signIn')}</ButtonLink>
          </div>
        )}
      </section>
      <section className={s['cards']}>
        {kindsFor(me).map((kind) => (
          <Card key={kind} kind={kind} />
        ))}
      </section>
    </Page>
  );
}
