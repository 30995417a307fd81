import { Trace } from '@latido/react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { useServerBeats } from '../../app/server-beats.ts';
import s from './home.module.css';

const TRACE_MS = 60_000;

/** The line of this page and its server: a beat is an answer that came. */
export function ServerTrace(): JSX.Element {
  const t = useTranslations('home');
  const beats = useServerBeats();
  return (
    <figure className={s['trace']}>
      <Trace
        beats={beats}
        lastProofAt={beats.at(-1) ?? null}
        windowMs={TRACE_MS}
        width={1024}
        height={64}
        label={t('traceLabel')}
      />
      <figcaption className="small muted">{t('trace')}</figcaption>
    </figure>
  );
}
