import { describe, expect, it } from 'vitest';
import { bytesOf, Canvas, tilesFor } from './canvas.ts';

const WIDTH = 16;
const HEIGHT = 8;

/** A picture of one light. */
function plain(light: number, width: number, height: number) {
  const data = new Uint8Array(bytesOf({ width, height })).fill(128);
  data.fill(light, 0, width * height);
  return { data, width, height };
}

describe('the picture of a recording', () => {
  it.each([
    [1, ['0,0']],
    [2, ['0,0', '640,0']],
    [3, ['0,0', '640,0', '320,360']],
    [5, ['0,0', '426,0', '852,0', '214,360', '640,360']],
  ])('[REC-15] %i people have a place each, in rows that fill the picture', (count, corners) => {
    const tiles = tilesFor(count, { width: 1280, height: 720 });
    expect(tiles.map(({ x, y }) => `${x - 2},${y - 2}`)).toEqual(corners);
    for (const { x, y, width, height } of tiles) {
      expect([x % 2, y % 2, width % 2, height % 2]).toEqual([0, 0, 0, 0]);
      expect(x + width <= 1280 && y + height <= 720).toBe(true);
    }
  });

  it('[REC-15] nobody has no place', () => {
    expect(tilesFor(0, { width: 1280, height: 720 })).toEqual([]);
  });

  it('[REC-15] a picture of any size stands whole in its place, and nothing beside it changes', () => {
    const canvas = new Canvas(WIDTH, HEIGHT);
    canvas.paint({ x: 0, y: 0, width: 8, height: 8 }, plain(200, 4, 2));
    const light = (x: number, y: number) => canvas.data[y * WIDTH + x];
    // Twice as wide as high: with a margin above and below.
    expect([light(0, 0), light(0, 2), light(7, 5), light(7, 6), light(8, 3)]).toEqual([16, 200, 200, 16, 16]);
    canvas.blank({ x: 0, y: 0, width: 8, height: 8 });
    expect([...canvas.data.subarray(0, WIDTH * HEIGHT)].every((each) => each === 16)).toBe(true);
  });

  it('[REC-15] odd sizes are painted, too', () => {
    const canvas = new Canvas(WIDTH, HEIGHT);
    canvas.paint({ x: 0, y: 0, width: WIDTH, height: HEIGHT }, plain(99, 5, 3));
    expect(canvas.data[4 * WIDTH + 8]).toBe(99);
  });
});
