import { useMutation } from '@tanstack/react-query';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { makeAttendanceKey } from '../../app/meetings.ts';
import { useSentence } from '../../app/sentence.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/layout.tsx';
import { useToast } from '../../ui/toast.tsx';
import s from './rooms.module.css';

/** For those who want attendance of a LiveKit that they run, and nothing else of us. */
export function Door({ mayMakeKeys }: { mayMakeKeys: boolean }): JSX.Element {
  const t = useTranslations('rooms');
  const sentence = useSentence();
  const key = useMutation({ mutationFn: () => makeAttendanceKey(t('keyName')) });
  const { origin } = location;
  const yaml = `webhook:\n  api_key: <key>\n  urls:\n    - ${origin}/api/livekit/webhook`;
  const read = `curl -H "Authorization: Bearer ${key.data ?? '<key>'}" \\\n  "${origin}/api/v1/meetings?format=csv"`;
  return (
    <Card testId="door">
      <div className={s['door']}>
        <h2>{t('doorTitle')}</h2>
        <p className="muted">{t('doorText')}</p>
        <div className={s['codes']}>
          <Code name={t('doorYaml')} text={yaml} />
          <Code name={t('doorRead')} text={read} />
        </div>
        {key.isError && (
          <p className={s['failure']} role="alert">
            {sentence(key.error)}
          </p>
        )}
        {key.isSuccess && <p role="status">{t('keyMade')}</p>}
        {mayMakeKeys && !key.isSuccess && (
          <div>
            <Button isPending={key.isPending} onPress={() => key.mutate()} data-testid="make-key">
              {t('key')}
            </Button>
          </div>
        )}
      </div>
    </Card>
  );
}

function Code({ name, text }: { name: string; text: string }): JSX.Element {
  const t = useTranslations('rooms');
  const toast = useToast();
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => toast({ text: t('copied') }),
      () => undefined, // without permission the text stands there to be copied by hand
    );
  };
  return (
    <figure className={s['code']}>
      <figcaption>
        {name}
        <Button look="quiet" onPress={copy}>
          {t('copy')}
        </Button>
      </figcaption>
      <pre tabIndex={0}>{text}</pre>
    </figure>
  );
}
