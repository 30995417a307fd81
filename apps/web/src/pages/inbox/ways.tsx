import type { Mute, NoticeType } from '@latido/protocol';
import { useMutes } from '@latido/react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { api } from '../../app/api.ts';
import { useSentence } from '../../app/sentence.ts';
import { Card } from '../../ui/layout.tsx';
import s from './inbox.module.css';
import { KINDS, TYPES } from './kinds.ts';

const WAYS = ['bell', 'push'] as const;

/** How a person wants to be told what: a table of types and ways. What is off is in the list all the same. */
export function Ways({ personId }: { personId: string | undefined }): JSX.Element {
  const t = useTranslations('notices');
  const sentence = useSentence();
  const { muted, error, set } = useMutes({ api, personId });
  const isMuted = (type: NoticeType, way: Mute['way']): boolean =>
    muted?.some((mute) => mute.type === type && mute.way === way) ?? false;
  return (
    <Card>
      <details className={s['settings']} data-testid="ways">
        <summary>{t('ways')}</summary>
        <p className="small muted">{t('waysText')}</p>
        {error !== null && <p role="alert">{sentence(error)}</p>}
        <table className={s['ways']}>
          <thead>
            <tr>
              <th scope="col">{t('kind')}</th>
              {WAYS.map((way) => (
                <th key={way} scope="col">
                  {t(`way.${way}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {TYPES.map((type) => (
              <tr key={type}>
                <th scope="row">{t(`kinds.${KINDS[type]}`)}</th>
                {WAYS.map((way) => (
                  <td key={way}>
                    <label className={s['check']}>
                      <input
                        type="checkbox"
                        aria-label={`${t(`kinds.${KINDS[type]}`)}: ${t(`way.${way}`)}`}
                        data-testid={`way-${way}-${type}`}
                        checked={!isMuted(type, way)}
                        disabled={muted === null}
                        onChange={({ target }) => void set({ type, way }, !target.checked)}
                      />
                    </label>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </Card>
  );
}
