import type { Lettering } from './names.ts';

/** A picture as I420: a plane of light at full size, two of colour at half. */
export interface Picture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Where somebody's picture goes on the canvas. */
export interface Tile {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Black, in the range of television. */
const BLACK = { light: 16, colour: 128 };
/** White, in that range. */
const WHITE = 235;
/** So much of what lies under a name is left, that it can be read on any picture. */
const UNDER_NAME = 0.35;
/** Tiles stand a little apart, and names from their edges. */
const GAP = 4;
const NAME_GAP = 8;

/** Bytes of an I420 picture. */
export function bytesOf({ width, height }: Pick<Picture, 'width' | 'height'>): number {
  return width * height + 2 * half(width) * half(height);
}

/** Tiles for so many people, in rows that are as square as can be. Everything is even: colour has half the points. */
export function tilesFor(count: number, { width, height }: Pick<Picture, 'width' | 'height'>): Tile[] {
  const columns = Math.ceil(Math.sqrt(count));
  const rows = Math.ceil(count / Math.max(1, columns));
  const wide = even(width / columns);
  const high = even(height / rows);
  return Array.from({ length: count }, (_, n) => {
    const row = Math.floor(n / columns);
    const inRow = Math.min(columns, count - row * columns);
    const left = even((width - inRow * wide) / 2);
    return {
      x: left + (n % columns) * wide + GAP / 2,
      y: row * high + GAP / 2,
      width: wide - GAP,
      height: high - GAP,
    };
  });
}

/** The picture that everybody is painted on. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.data = new Uint8Array(bytesOf({ width, height }));
    this.blank({ x: 0, y: 0, width, height });
  }

  blank(tile: Tile): void {
    this.#eachPlane((plane, stride, scale) => {
      const value = scale === 1 ? BLACK.light : BLACK.colour;
      for (let row = 0; row < tile.height / scale; row += 1) {
        const from = (tile.y / scale + row) * stride + tile.x / scale;
        plane.fill(value, from, from + tile.width / scale);
      }
    });
  }

  /** Paints a picture into a tile, whole, in its proportions. */
  paint(tile: Tile, picture: Picture): void {
    const zoom = Math.min(tile.width / picture.width, tile.height / picture.height);
    const width = Math.max(2, even(picture.width * zoom));
    const height = Math.max(2, even(picture.height * zoom));
    const x = tile.x + even((tile.width - width) / 2);
    const y = tile.y + even((tile.height - height) / 2);
    let offset = 0;
    this.#eachPlane((plane, stride, scale) => {
      const source = {
        data: picture.data,
        offset,
        width: scale === 1 ? picture.width : half(picture.width),
        height: scale === 1 ? picture.height : half(picture.height),
      };
      offset += source.width * source.height;
      scaleInto(source, {
        data: plane,
        stride,
        x: x / scale,
        y: y / scale,
        width: width / scale,
        height: height / scale,
      });
    });
  }

  /** Writes a name into a tile: at its foot, or in its middle where there is no picture. */
  write(tile: Tile, { width, height, mask }: Lettering, where: 'foot' | 'middle'): void {
    if (width > tile.width || height + NAME_GAP > tile.height) return;
    const isFoot = where === 'foot';
    const left =
      tile.x + (isFoot ? Math.min(NAME_GAP, even(tile.width - width)) : even((tile.width - width) / 2));
    const top = tile.y + (isFoot ? tile.height - height - NAME_GAP : even((tile.height - height) / 2));
    this.#eachPlane((plane, stride, scale) => {
      for (let row = 0; row < height / scale; row += 1)
        for (let column = 0; column < width / scale; column += 1) {
          const at = (top / scale + row) * stride + left / scale + column;
          const paper = scale === 1 ? BLACK.light : BLACK.colour;
          const under = paper + ((plane[at] ?? 0) - paper) * UNDER_NAME;
          const ink = scale === 1 ? (mask[row * width + column] ?? 0) / 255 : 0;
          plane[at] = Math.round(under + (WHITE - under) * ink);
        }
    });
  }

  #eachPlane(paint: (plane: Uint8Array, stride: number, scale: 1 | 2) => void): void {
    const { width, height, data } = this;
    const light = width * height;
    const colour = (width / 2) * (height / 2);
    paint(data.subarray(0, light), width, 1);
    paint(data.subarray(light, light + colour), width / 2, 2);
    paint(data.subarray(light + colour), width / 2, 2);
  }
}

interface Source {
  readonly data: Uint8Array;
  readonly offset: number;
  readonly width: number;
  readonly height: number;
}
interface Target extends Tile {
  readonly data: Uint8Array;
  readonly stride: number;
}

/** The nearest point, row by row: fifteen times a second for everybody there is, in plain JavaScript. */
function scaleInto(source: Source, target: Target): void {
  const isSameWidth = source.width === target.width;
  const columns = isSameWidth ? null : columnsOf(source.width, target.width);
  for (let row = 0; row < target.height; row += 1) {
    const from = source.offset + Math.floor((row * source.height) / target.height) * source.width;
    const to = (target.y + row) * target.stride + target.x;
    if (columns === null) target.data.set(source.data.subarray(from, from + source.width), to);
    else
      for (let column = 0; column < target.width; column += 1)
        target.data[to + column] = source.data[from + (columns[column] ?? 0)] ?? 0;
  }
}

const known = new Map<string, Uint16Array>();
const KNOWN_MAX = 64;

/** Which column of the source stands in each of the target; the same for every row and most frames. */
function columnsOf(source: number, target: number): Uint16Array {
  const key = `${source} ${target}`;
  let columns = known.get(key);
  if (!columns) {
    columns = Uint16Array.from({ length: target }, (_, n) => Math.floor((n * source) / target));
    if (known.size >= KNOWN_MAX) known.clear();
    known.set(key, columns);
  }
  return columns;
}

function even(length: number): number {
  return Math.floor(length / 2) * 2;
}

function half(length: number): number {
  return Math.ceil(length / 2);
}
