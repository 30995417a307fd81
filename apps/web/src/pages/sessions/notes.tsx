import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState, type JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import {
  keepVersion,
  notesAt,
  notesVersionQuery,
  notesVersionsQuery,
  restoreVersion,
  type NotesVersion,
} from '../../app/notes.ts';
import { Button, ButtonAnchor } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Actions, Card, Stack } from '../../ui/layout.tsx';
import { Failure, Loading } from '../../ui/states.tsx';
import { Docked } from './docked.tsx';
import s from './notes.module.css';

const Editor = lazy(() => import('./notes-editor.tsx'));

/** The notes of a session beside its video. */
export function NotesPanel({ sessionId, onClose }: { sessionId: string; onClose: () => void }): JSX.Element {
  const t = useTranslations('sessions');
  return (
    <Docked title={t('notes')} onClose={onClose} testId="notes-panel">
      <Suspense fallback={<Loading />}>
        <Editor sessionId={sessionId} />
      </Suspense>
    </Docked>
  );
}

/** The notes on a session's page, before and after it: written on, kept, read as they were, taken along. */
export function NotesCard({ sessionId, mayChange }: { sessionId: string; mayChange: boolean }): JSX.Element {
  const t = useTranslations('sessions');
  const [isOpen, setOpen] = useState(false);
  const [isOld, setOld] = useState(false);
  return (
    <Card testId="notes">
      <Stack>
        <h2>{t('notes')}</h2>
        <p className="muted">{t('notesText')}</p>
        {isOpen && (
          <Suspense fallback={<Loading />}>
            <Editor sessionId={sessionId} />
          </Suspense>
        )}
        <Actions>
          {!isOpen && (
            <Button onPress={() => setOpen(true)} data-testid="open-notes">
              {t('openNotes')}
            </Button>
          )}
          {!isOld && <Button onPress={() => setOld(true)}>{t('versions')}</Button>}
          {(['md', 'html', 'pdf'] as const).map((kind) => (
            <ButtonAnchor key={kind} href={`${notesAt(sessionId)}.${kind}`} look="quiet">
              {t('notesAs', { kind })}
            </ButtonAnchor>
          ))}
        </Actions>
        {isOld && <Versions sessionId={sessionId} mayChange={mayChange} />}
      </Stack>
    </Card>
  );
}

function Versions({ sessionId, mayChange }: { sessionId: string; mayChange: boolean }): JSX.Element {
  const t = useTranslations('sessions');
  const versions = useQuery(notesVersionsQuery(sessionId));
  const client = useQueryClient();
  const [name, setName] = useState('');
  const anew = () => client.invalidateQueries({ queryKey: notesVersionsQuery(sessionId).queryKey });
  const keep = useMutation({
    mutationFn: () => keepVersion(sessionId, name.trim()),
    onSuccess: () => {
      setName('');
      return anew();
    },
  });
  const restore = useMutation({ mutationFn: (n: number) => restoreVersion(sessionId, n), onSuccess: anew });
  if (versions.isPending) return <Loading />;
  if (versions.isLoadingError)
    return <Failure error={versions.error} onRetry={() => void versions.refetch()} />;
  const failure = keep.error ?? restore.error;
  return (
    <Stack>
      {mayChange && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim() !== '') keep.mutate();
          }}
        >
          <Actions>
            <Field label={t('versionName')} value={name} onChange={setName} />
            <Button type="submit" isPending={keep.isPending}>
              {t('keepVersion')}
            </Button>
          </Actions>
        </form>
      )}
      {failure && <Failure error={failure} />}
      {versions.data.items.length === 0 && <p className="muted">{t('noVersions')}</p>}
      {versions.data.items.map((version) => (
        <Version
          key={version.n}
          sessionId={sessionId}
          version={version}
          {...(mayChange ? { onRestore: () => restore.mutate(version.n) } : {})}
        />
      ))}
    </Stack>
  );
}

function Version({
  sessionId,
  version,
  onRestore,
}: {
  sessionId: string;
  version: NotesVersion;
  onRestore?: () => void;
}): JSX.Element {
  const t = useTranslations('sessions');
  const format = useFormatter();
  const [isOpen, setOpen] = useState(false);
  const read = useQuery({ ...notesVersionQuery(sessionId, version.n), enabled: isOpen });
  const at = format.dateTime(new Date(version.at), { dateStyle: 'medium', timeStyle: 'short' });
  const { kind, name, by } = version;
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)} data-testid="version">
      <summary>
        {version.n} · {at} · {t('versionKind', { kind, name: name ?? '' })}
        {by && ` · ${by.name}`}
      </summary>
      <Stack>
        {read.data ? <pre className={s['old']}>{read.data.markdown}</pre> : isOpen && <Loading />}
        {onRestore && (
          <Actions>
            <Button onPress={onRestore}>{t('restoreVersion')}</Button>
          </Actions>
        )}
      </Stack>
    </details>
  );
}
