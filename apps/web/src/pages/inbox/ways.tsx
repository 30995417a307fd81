import type { Mute, NoticeType } from '@latido/protocol';
import { useMutes } from '@latido/react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { api } from '../../app/api.ts';
import { useSentence } from '../../app/sentence.ts';
import { Card } from '../../ui/layout.tsx';
import s from './inbox.module.css';

/** Nothing is sent to devices yet: a switch for it would promise what is not there. */
const WAYS = ['bell'] as const;
/** Every type of notice that there is, and the name of its message; a type without one does not compile. */
const KINDS = {
  'call.invited': 'callInvited',
  'call.missed': 'callMissed',
  'call.partner_joined': 'partnerJoined',
  'call.partner_left': 'partnerLeft',
  'call.partner_back': 'partnerBack',
  'call.ended': 'callEnded',
  'call.stranger_removed': 'strangerRemoved',
  'call.low_balance': 'lowBalance',
  'call.refunded': 'refunded',
  'topup.changed': 'topUp',
  'payout.changed': 'payout',
  'credit.requires.attention': 'creditAttention',
  'payment.received': 'paymentReceived',
  'payment.reversed': 'paymentReversed',
  'client.assigned': 'assigned',
} as const satisfies Record<NoticeType, string>;
const TYPES = Object.keys(KINDS) as NoticeType[];

/** How a person wants to be told what: a table of types and ways. What is off is in the list all the same. */
export function Ways({ personId }: { personId: string | undefined }): JSX.Element {
  const t = useTranslations('inbox');
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
