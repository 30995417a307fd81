import type { ConnectionTest } from '@latido/protocol';
import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { api, callAt, type CallState } from '../../app/api.ts';
import { Cell, Row, Rows } from '../../ui/rows.tsx';
import { verdictOf } from '../connection-test/verdict.ts';
import s from './attendance.module.css';

/** What is missing follows it here. */
function wordOf(steps: ConnectionTest['steps']) {
  const verdict = verdictOf(steps);
  return verdict === 'cannotCall' ? 'failed' : verdict;
}

/** What the connection tests before a call found: one's own, and everybody's for the desk. Nothing where nobody made one. */
export function Tested({ call }: { call: CallState }): JSX.Element | null {
  const t = useTranslations('connection');
  const format = useFormatter();
  const tests = useQuery({
    queryKey: ['connection-tests', call.callId],
    queryFn: () => api.send<{ items: ConnectionTest[] }>('GET', `${callAt(call.callId)}/connection-tests`),
  });
  if (!tests.data || tests.data.items.length === 0) return null;
  const nameOf = (personId: string): string =>
    call.people.find((person) => person.personId === personId)?.name ?? '';
  return (
    <section className={s['section']}>
      <h2>{t('before')}</h2>
      <Rows label={t('before')}>
        {tests.data.items.map(({ id, personId, at, steps }) => (
          <Row key={id} testId="connection-tested">
            <Cell part="main">
              {nameOf(personId)}
              <span className="small muted">{t(wordOf(steps))}</span>
              {steps.map(
                ({ step, code }) =>
                  code !== null &&
                  code !== 'not_tried' && (
                    <span key={step} className="small">
                      {t(`steps.${step}`)}: {t(`codes.${code}`)}
                    </span>
                  ),
              )}
            </Cell>
            <Cell part="side">
              <span className="small muted">
                {format.dateTime(new Date(at), { dateStyle: 'medium', timeStyle: 'short' })}
              </span>
            </Cell>
          </Row>
        ))}
      </Rows>
    </section>
  );
}
