import type { Room } from 'livekit-client';
import { useState, type CSSProperties, type JSX } from 'react';
import { personIdOf } from '../call/screen.ts';
import { fitOf, onPage, pageIn, stripOf, type Fit } from './fit.ts';
import { GridTile } from './grid-tile.tsx';
import { BackIcon, ForwardIcon, GridIcon, SpeakerIcon } from './icons.tsx';
import { enGridLabels, type GridLabels } from './labels.ts';
import { largeOf } from './speaker.ts';
import { useBox } from './use-box.ts';
import { useFloor } from './use-floor.ts';
import { useOnlyShown } from './use-only-shown.ts';
import { usePictures, type Picture } from './use-pictures.ts';

/** A hand that is up, and its place among them. */
export interface RaisedHand {
  readonly personId: string;
  readonly position: number;
}

/** Props of {@link Grid}. */
export interface GridProps {
  readonly room: Room;
  /** Proofs of life of each connection, by its identity in the room. */
  readonly beats: ReadonlyMap<string, readonly number[]>;
  readonly hands?: readonly RaisedHand[] | undefined;
  readonly labels?: GridLabels;
}

/**
 * A call of many: everybody on pages, or one large (who is pinned, a shared screen, who speaks) with the others in a strip below. Only
 * what is on the page is received: the media server is asked for no other picture. Give it to `renderGroup` of
 * `VideoCallRoom`. Wants `@latido/react/grid.css`.
 */
export function Grid({ room, beats, hands = [], labels = enGridLabels }: GridProps): JSX.Element {
  const pictures = usePictures(room);
  const floor = useFloor(room);
  const [layout, setLayout] = useState<'grid' | 'speaker'>('grid');
  const [pinned, setPinned] = useState<string | null>(null);
  const [page, setPage] = useState(0);
  const [box, size] = useBox();
  const isPinned = pictures.some(({ key }) => key === pinned);
  // Whoever is pinned is large, whatever was chosen before.
  const isSpeaker = layout === 'speaker' || isPinned;
  const large = isSpeaker ? largeOf(pictures, { pinned, shown: floor }) : undefined;
  const small = pictures.filter(({ key }) => key !== large?.key);
  const fit = isSpeaker ? stripOf(size, small.length) : fitOf(size, small.length);
  const shown = onPage(small, fit, page);
  const drawn = [...(large ? [large] : []), ...shown];
  const first = drawn.find(({ isLocal }) => !isLocal);
  useOnlyShown(
    room,
    drawn.map(({ key }) => key),
  );
  const tile = (picture: Picture): JSX.Element => (
    <GridTile
      key={picture.key}
      {...{ picture, room, labels }}
      isFirst={picture === first}
      isPinned={picture.key === pinned}
      beats={beats.get(picture.identity) ?? []}
      hand={hands.find(({ personId }) => personId === personIdOf(picture.identity))?.position}
      onPin={() => setPinned(picture.key === pinned ? null : picture.key)}
    />
  );
  const turn = (): void => {
    setPage(0);
    setPinned(null);
    setLayout(isSpeaker ? 'grid' : 'speaker');
  };
  const style = { '--lt-columns': fit.columns, '--lt-rows': fit.rows } as CSSProperties;
  return (
    <div className="lt-grid" data-layout={isSpeaker ? 'speaker' : 'grid'} data-testid="grid">
      {large && <div className="lt-grid-large">{tile(large)}</div>}
      <div className="lt-grid-page" ref={box} style={style} data-testid="grid-page">
        {shown.map(tile)}
      </div>
      <div className="lt-grid-bar" role="group" aria-label={labels.controls}>
        <button
          type="button"
          className="lt-control"
          onClick={turn}
          data-testid="grid-layout"
          {...named(isSpeaker ? labels.toGrid : labels.toSpeaker)}
        >
          {isSpeaker ? <GridIcon /> : <SpeakerIcon />}
        </button>
        <Pager {...{ fit, page, labels }} onPage={setPage} />
      </div>
    </div>
  );
}

const named = (label: string) => ({ title: label, 'aria-label': label });

/** From page to page; a press that leads nowhere keeps the focus. */
function Pager(props: {
  fit: Fit;
  page: number;
  labels: GridLabels;
  onPage: (page: number) => void;
}): JSX.Element | null {
  const { fit, labels, onPage } = props;
  const page = pageIn(props.page, fit.pages);
  if (fit.pages < 2) return null;
  const to = (next: number): void => onPage(pageIn(next, fit.pages));
  return (
    <>
      <button
        type="button"
        className="lt-control"
        aria-disabled={page === 0}
        onClick={() => to(page - 1)}
        data-testid="grid-previous"
        {...named(labels.previous)}
      >
        <BackIcon />
      </button>
      <span role="status" data-testid="grid-pages">
        {labels.page(page + 1, fit.pages)}
      </span>
      <button
        type="button"
        className="lt-control"
        aria-disabled={page === fit.pages - 1}
        onClick={() => to(page + 1)}
        data-testid="grid-next"
        {...named(labels.next)}
      >
        <ForwardIcon />
      </button>
    </>
  );
}
