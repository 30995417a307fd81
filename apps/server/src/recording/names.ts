import { fileURLToPath } from 'node:url';
import type * as SkiaModule from '@napi-rs/canvas';

type Skia = Pick<typeof SkiaModule, 'createCanvas'>;

/** Text as a mask, a byte a point: 0 nothing, 255 all of it. Both sides are even. */
export interface Lettering {
  readonly width: number;
  readonly height: number;
  readonly mask: Uint8Array;
}

/** Writes a name that is at most so wide; null where there is nothing to write. */
export type Letterer = (name: string, maxWidth: number) => Lettering | null;

const FAMILY = 'DejaVu Sans';
const SIZE = 20;
const HEIGHT = 32;
const MARGIN = 10;
const NAME_MAX = 64;
const KEPT_MAX = 200;

/**
 * What writes names: Skia, which shapes any script, with DejaVu and whatever fonts the machine has. Where it cannot be loaded
 * names are left out.
 */
export async function letterer(): Promise<Letterer> {
  const skia = await import('@napi-rs/canvas').catch(() => null);
  if (!skia) return () => null;
  const face = fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'));
  skia.GlobalFonts.registerFromPath(face, FAMILY);
  const kept = new Map<string, Lettering | null>();
  return (name, maxWidth) => {
    const key = `${maxWidth} ${name}`;
    let lettering = kept.get(key);
    if (lettering === undefined) {
      lettering = write(skia, plainOf(name), maxWidth);
      if (kept.size >= KEPT_MAX) kept.clear();
      kept.set(key, lettering);
    }
    return lettering;
  };
}

/** Without what is no text, and what turns the direction of all that follows: a name is whatever somebody has typed. */
function plainOf(name: string): string {
  const text = name
    .replace(/[\p{Cc}\p{Co}\p{Cs}\u200b\u202a-\u202e\u2060-\u2069\ufeff]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return lettersOf(text).slice(0, NAME_MAX).join('');
}

function write(skia: Skia, name: string, maxWidth: number): Lettering | null {
  const room = maxWidth - 2 * MARGIN;
  if (name === '' || room < SIZE) return null;
  const font = `${SIZE}px "${FAMILY}"`;
  const ruler = skia.createCanvas(1, 1).getContext('2d');
  ruler.font = font;
  const widthOf = (text: string): number => ruler.measureText(text).width;
  const text = shortened(name, (each) => widthOf(each) <= room);
  const width = 2 * Math.ceil((widthOf(text) + 2 * MARGIN) / 2);
  const context = skia.createCanvas(width, HEIGHT).getContext('2d');
  context.font = font;
  context.textBaseline = 'middle';
  context.fillStyle = '#fff';
  context.fillText(text, MARGIN, HEIGHT / 2);
  const points = context.getImageData(0, 0, width, HEIGHT).data;
  const mask = Uint8Array.from({ length: width * HEIGHT }, (_, n) => points[4 * n + 3] ?? 0);
  return { width, height: HEIGHT, mask };
}

/** As people count them: an accent or a skin colour is no letter of its own. */
function lettersOf(text: string): string[] {
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
}

/** As much of it as fits, and a sign that there is more. */
function shortened(name: string, fits: (text: string) => boolean): string {
  if (fits(name)) return name;
  const letters = lettersOf(name);
  let length = letters.length - 1;
  while (length > 1 && !fits(`${letters.slice(0, length).join('').trimEnd()}…`)) length -= 1;
  return `${letters.slice(0, length).join('').trimEnd()}…`;
}
