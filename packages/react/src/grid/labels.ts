/** The words of a grid of many. */
export interface GridLabels {
  readonly controls: string;
  /** The two layouts, as what a press leads to. */
  readonly toSpeaker: string;
  readonly toGrid: string;
  readonly pin: (name: string) => string;
  readonly unpin: (name: string) => string;
  readonly previous: string;
  readonly next: string;
  readonly page: (page: number, pages: number) => string;
  readonly hand: (position: number) => string;
}

/** English. */
export const enGridLabels: GridLabels = {
  controls: 'Layout',
  toSpeaker: 'Show who speaks',
  toGrid: 'Show everybody',
  pin: (name) => `Pin ${name}`,
  unpin: (name) => `Unpin ${name}`,
  previous: 'Page before',
  next: 'Next page',
  page: (page, pages) => `${page} of ${pages}`,
  hand: (position) => `Hand up, place ${position}`,
};

/** Spanish. */
export const esGridLabels: GridLabels = {
  controls: 'Vista',
  toSpeaker: 'Ver a quien habla',
  toGrid: 'Ver a todas las personas',
  pin: (name) => `Fijar a ${name}`,
  unpin: (name) => `Dejar de fijar a ${name}`,
  previous: 'Página anterior',
  next: 'Página siguiente',
  page: (page, pages) => `${page} de ${pages}`,
  hand: (position) => `Mano levantada, lugar ${position}`,
};
