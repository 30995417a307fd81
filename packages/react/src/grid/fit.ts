/** The size of a box, in CSS pixels. */
export interface Box {
  readonly width: number;
  readonly height: number;
}

/** How pictures stand in a box: on so many pages, each in so many columns and rows. */
export interface Fit {
  readonly columns: number;
  readonly rows: number;
  readonly perPage: number;
  readonly pages: number;
}

/** Narrower or lower than this nobody reads a face. */
const LEAST: Box = { width: 168, height: 104 };
/** More at once are a crowd, also on a wall; and each is a stream to be had. */
const MOST_ON_A_PAGE = 16;
const GAP = 8;
const RATIO = 16 / 9;

const lineOf = (length: number, least: number): number =>
  Math.max(1, Math.floor((length + GAP) / (least + GAP)));

/** How wide a whole picture is in each cell of so many columns. */
function widthIn({ width, height }: Box, count: number, columns: number): number {
  const rows = Math.ceil(count / columns);
  const cellWidth = (width - GAP * (columns - 1)) / columns;
  const cellHeight = (height - GAP * (rows - 1)) / rows;
  return Math.min(cellWidth, cellHeight * RATIO);
}

/** Lays `count` pictures out in a box: as large as they can be, and on pages where they would be too small. */
export function fitOf(box: Box, count: number): Fit {
  const most = Math.min(MOST_ON_A_PAGE, lineOf(box.width, LEAST.width) * lineOf(box.height, LEAST.height));
  const perPage = Math.max(1, Math.min(count, most));
  let columns = 1;
  for (let tried = 2; tried <= perPage; tried += 1)
    if (widthIn(box, perPage, tried) > widthIn(box, perPage, columns)) columns = tried;
  const pages = Math.max(1, Math.ceil(count / perPage));
  return { columns, rows: Math.ceil(perPage / columns), perPage, pages };
}

/** A strip below one large picture: one row. */
export function stripOf(box: Box, count: number): Fit {
  const perPage = Math.max(1, Math.min(count, lineOf(box.width, LEAST.width)));
  return { columns: perPage, rows: 1, perPage, pages: Math.max(1, Math.ceil(count / perPage)) };
}

/** What stands on a page, from 0 on; the last one where there are fewer by now. */
export function onPage<T>(all: readonly T[], { perPage, pages }: Fit, page: number): readonly T[] {
  const shown = pageIn(page, pages);
  return all.slice(shown * perPage, (shown + 1) * perPage);
}

/** A page that there is. */
export const pageIn = (page: number, pages: number): number => Math.min(Math.max(0, page), pages - 1);
