import { beforeAll, describe, expect, it } from 'vitest';
import { bytesOf, Canvas, tilesFor } from './canvas.ts';
import { letterer, type Letterer } from './names.ts';

const WIDTH = 640;
const HEIGHT = 360;

describe('names in the picture of a recording', () => {
  let write: Letterer;
  beforeAll(async () => {
    write = await letterer();
  });
  const ink = (name: string, maxWidth = 300): number =>
    write(name, maxWidth)?.mask.filter((each) => each > 200).length ?? 0;

  it.each(['Alice', 'José Ñúñez', 'Дмитрий', 'Ελένη', 'שלום', 'عبد الله', '田中 さくら', '🦊 Fox', 'Z̷̢a̷l̵g̶o̷'])(
    '[REC-15] %s is written, whatever the script',
    (name) => {
      const lettering = write(name, 300);
      expect([lettering!.width % 2, lettering!.height % 2]).toEqual([0, 0]);
      expect(lettering!.width).toBeLessThanOrEqual(300);
      expect(lettering!.mask).toHaveLength(lettering!.width * lettering!.height);
      expect(ink(name)).toBeGreaterThan(10);
    },
  );

  it('[REC-15] what is no text is left out, and what turns the direction of text too', () => {
    for (const name of ['', '   ', '\u0000\n', '\u202e']) expect(write(name, 300)).toBeNull();
    expect(write('\u202eecila', 300)?.mask).toEqual(write('ecila', 300)?.mask);
    expect(write('Alice', 10)).toBeNull();
  });

  it('[REC-15] a name that is too long is cut, with a sign that there is more', () => {
    const long = write('W'.repeat(5_000), 200);
    expect(long!.width).toBeLessThanOrEqual(200);
    expect(long!.width).toBeGreaterThan(150);
  });

  it('[REC-15] a name stands white at the foot of its tile, or in the middle of one without picture, and nowhere else', () => {
    const [left, right] = tilesFor(2, { width: WIDTH, height: HEIGHT });
    const canvas = new Canvas(WIDTH, HEIGHT);
    const data = new Uint8Array(bytesOf({ width: 8, height: 8 })).fill(200);
    canvas.paint(left!, { data, width: 8, height: 8 });
    const before = canvas.data.slice();
    canvas.write(left!, write('Alice', left!.width - 16)!, 'foot');
    canvas.write(right!, write('Bob', right!.width - 16)!, 'middle');
    const changed = [...canvas.data.keys()].filter(
      (at) => at < WIDTH * HEIGHT && canvas.data[at] !== before[at],
    );
    const rows = (from: number, to: number) =>
      changed
        .map((at) => ({ x: at % WIDTH, y: Math.floor(at / WIDTH) }))
        .filter(({ x }) => x >= from && x < to);
    expect(Math.min(...rows(0, WIDTH / 2).map(({ y }) => y))).toBeGreaterThan(HEIGHT - 60);
    const middle = rows(WIDTH / 2, WIDTH).map(({ y }) => y);
    expect(Math.abs((Math.min(...middle) + Math.max(...middle)) / 2 - HEIGHT / 2)).toBeLessThan(12);
    expect(changed.some((at) => canvas.data[at]! > 220)).toBe(true);
    // The picture under the name shines through, darker.
    expect(changed.some((at) => canvas.data[at]! > 60 && canvas.data[at]! < 110)).toBe(true);
  });

  it('[REC-15] where a tile has no room for it the picture stays as it is', () => {
    const canvas = new Canvas(64, 32);
    const before = canvas.data.slice();
    canvas.write({ x: 0, y: 0, width: 20, height: 20 }, write('Alice', 300)!, 'foot');
    expect(canvas.data).toEqual(before);
  });
});
