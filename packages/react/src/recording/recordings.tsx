import type { Recording } from '@latido/protocol';
import { useEffect, useRef, useState, type JSX } from 'react';
import { formatClock } from '../parts/format.ts';
import { enRecordingLabels, type RecordingLabels } from './labels.ts';
import { useRecordings, type RecordingsOptions } from './use-recordings.ts';

/** So far into a film everybody's picture has come. */
const COVER_S = 3;
const A_FRAME_S = 0.05;

/** Props of {@link CallRecordingsList}. */
export interface CallRecordingsListProps extends Omit<RecordingsOptions, 'isOver'> {
  readonly labels?: RecordingLabels;
  /** An instant (epoch ms) to look at: a new object is a new wish. */
  readonly look?: { readonly at: number } | undefined;
  /** What is seen now, epoch ms, as it plays. */
  readonly onPlay?: ((at: number) => void) | undefined;
}

/**
 * What was recorded of a call that is over: played in the page with seeking, saved, deleted by who may. Nothing is drawn where nobody asked.
 * Wants `@latido/react/recording.css`.
 */
export function CallRecordingsList(props: CallRecordingsListProps): JSX.Element | null {
  const { labels = enRecordingLabels, callId } = props;
  const { list, remove, isRefused } = useRecordings({ ...props, isOver: true });
  if (!list || list.items.length === 0) return null;
  return (
    <section className="lt-recs" aria-label={labels.recordings} data-testid="recordings">
      <h2>{labels.recordings}</h2>
      {isRefused && <p role="alert">{labels.failed}</p>}
      {list.items.map((recording) => (
        <One
          key={recording.id}
          {...{ recording, callId, labels, remove }}
          look={props.look}
          onPlay={props.onPlay}
        />
      ))}
    </section>
  );
}

function One({
  recording,
  callId,
  labels,
  remove,
  ...player
}: {
  recording: Recording;
  callId: string;
  labels: RecordingLabels;
  remove: (id: string) => void;
} & Pick<CallRecordingsListProps, 'look' | 'onPlay'>): JSX.Element {
  const { id, askedAt, askedBy, isWriting, parts, reason, state, deletedBy, keptUntil } = recording;
  const [isSure, setSure] = useState(false);
  const at = new Date(askedAt).toLocaleTimeString(labels.language, { hour: '2-digit', minute: '2-digit' });
  const file = (n: number): string =>
    `/api/v1/calls/${encodeURIComponent(callId)}/recordings/${encodeURIComponent(id)}/file?part=${n}`;
  return (
    <article className="lt-recs-one">
      <p className="lt-recs-head">
        <span>
          {at} · {askedBy.name}
        </span>
        {reason && <span>{labels.reason[reason]}</span>}
      </p>
      {keptUntil !== null && (
        <p className="lt-recs-kept" data-testid="kept-until">
          {labels.keptUntil(new Date(keptUntil).toLocaleDateString(labels.language, { dateStyle: 'long' }))}
        </p>
      )}
      {deletedBy && <p>{labels.removedBy(deletedBy.name)}</p>}
      {isWriting && (
        <p role="status" data-testid="film-writing">
          {labels.writing}
        </p>
      )}
      {state === 'stopped' && parts.length === 0 && !isWriting && <p>{labels.empty}</p>}
      {parts.map(({ n }) => (
        <Film
          key={n}
          {...{ recording, n, labels, file: file(n), title: `${at} ${labels.part(n)}` }}
          {...player}
        />
      ))}
      {recording.mayDelete && parts.length > 0 && !isSure && (
        <button type="button" onClick={() => setSure(true)}>
          {labels.remove}
        </button>
      )}
      {isSure && recording.mayDelete && (
        <>
          <button type="button" onClick={() => remove(id)} data-testid="recording-delete">
            {labels.reallyRemove}
          </button>
          <button type="button" onClick={() => setSure(false)}>
            {labels.keep}
          </button>
        </>
      )}
    </article>
  );
}

/** A film begins in the dark, before the first picture has come: until it is played it shows a moment when there is one. */
function showCover(film: HTMLVideoElement): void {
  if (film.currentTime > 0 || !film.paused) return;
  film.dataset['cover'] = String(Math.min(COVER_S, film.duration / 2));
  film.currentTime = Number(film.dataset['cover']);
}

/** Played from its beginning, where nobody has chosen another place. */
function leaveCover(film: HTMLVideoElement): void {
  const isThere = Math.abs(Number(film.dataset['cover']) - film.currentTime) < A_FRAME_S;
  delete film.dataset['cover'];
  if (isThere) film.currentTime = 0;
}

function playFrom(film: HTMLVideoElement, seconds: number): void {
  delete film.dataset['cover'];
  film.currentTime = seconds;
  film.play().catch(() => undefined);
}

/** One file: a player, where to look in it, and a way to keep it. */
function Film({
  recording: { parts, chapters },
  n,
  labels,
  file,
  title,
  look,
  onPlay,
}: {
  recording: Recording;
  n: number;
  labels: RecordingLabels;
  file: string;
  title: string;
} & Pick<CallRecordingsListProps, 'look' | 'onPlay'>): JSX.Element {
  const player = useRef<HTMLVideoElement>(null);
  const part = parts.find((each) => each.n === n);
  const startsAt = part ? Date.parse(part.startedAt) : 0;
  const endsAt = startsAt + (part?.durationMs ?? 0);
  useEffect(() => {
    if (!look || !player.current) return;
    // Another file plays no longer.
    if (look.at < startsAt || look.at > endsAt) return player.current.pause();
    playFrom(player.current, (look.at - startsAt) / 1_000);
  }, [look, startsAt, endsAt]);
  const own = chapters.filter(({ part }) => part === n);
  const seek = (atMs: number): void => {
    if (player.current) playFrom(player.current, atMs / 1_000);
  };
  return (
    <figure>
      {/* What was said is nobody's to type: there are no captions. */}
      <video
        ref={player}
        controls
        preload="metadata"
        src={file}
        aria-label={title}
        onLoadedMetadata={({ currentTarget }) => showCover(currentTarget)}
        onPlay={({ currentTarget }) => leaveCover(currentTarget)}
        onTimeUpdate={({ currentTarget }) => {
          if (currentTarget.dataset['cover'] === undefined)
            onPlay?.(startsAt + currentTarget.currentTime * 1_000);
        }}
      />
      <figcaption>
        {parts.length > 1 && labels.part(n)} <a href={`${file}&download=1`}>{labels.download}</a>
      </figcaption>
      {own.length > 0 && (
        <ol className="lt-recs-chapters" aria-label={labels.chapters}>
          {own.map(({ atMs, kind, personId, name }) => (
            <li key={`${atMs} ${kind} ${personId}`}>
              <button type="button" onClick={() => seek(atMs)} data-testid="chapter">
                <time>{formatClock(atMs)}</time> {labels.chapter[kind](name)}
              </button>
            </li>
          ))}
        </ol>
      )}
    </figure>
  );
}
