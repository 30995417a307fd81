import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Who is drawn before the camera, so that pictures of a call show people and not a test pattern. */
export type Sitter = 'alice' | 'bob';

type Rgb = readonly [number, number, number];
interface Look {
  readonly wall: Rgb;
  readonly light: Rgb;
  readonly clothes: Rgb;
  readonly skin: Rgb;
  readonly hair: Rgb;
  /** How wide the hair is behind the head, and how far it falls, in heights of the picture. */
  readonly hairWide: number;
  readonly hairTo: number;
}

const LOOKS: Readonly<Record<Sitter, Look>> = {
  alice: {
    wall: [196, 178, 158],
    light: [228, 214, 194],
    clothes: [52, 96, 92],
    skin: [226, 178, 148],
    hair: [74, 48, 38],
    hairWide: 0.205,
    hairTo: 0.66,
  },
  bob: {
    wall: [122, 142, 150],
    light: [160, 178, 182],
    clothes: [178, 94, 62],
    skin: [168, 116, 86],
    hair: [30, 26, 26],
    hairWide: 0.158,
    hairTo: 0.5,
  },
};

const WIDTH = 960;
const HEIGHT = 540;
const FRAMES = 6;
const RATE = 6;
/** Of the picture's height: the softness of an edge. */
const EDGE = 0.005;

/** A place in the picture, in heights of it, from the middle of its upper edge. */
interface Spot {
  readonly x: number;
  readonly y: number;
}

/** How much of a spot an oval covers: 0 to 1. */
function oval(spot: Spot, at: Spot, radius: Spot): number {
  const far = Math.hypot((spot.x - at.x) / radius.x, (spot.y - at.y) / radius.y);
  const edge = EDGE / Math.min(radius.x, radius.y);
  return Math.min(1, Math.max(0, (1 + edge - far) / (2 * edge)));
}

const mixed = (under: Rgb, over: Rgb, part: number): Rgb =>
  part <= 0 ? under : (under.map((value, n) => value + ((over[n] ?? 0) - value) * part) as unknown as Rgb);
const shade = (colour: Rgb, by: number): Rgb => colour.map((value) => value * by) as unknown as Rgb;

/** The colour of one spot, drawn from the back to the front; `sway` moves the head, `blinks` closes the eyes. */
function colourAt(look: Look, spot: Spot, { sway, blinks }: { sway: number; blinks: boolean }): Rgb {
  const head = { x: sway, y: 0.4 };
  const own = { x: spot.x - head.x, y: spot.y - head.y };
  let colour = mixed(
    shade(look.wall, 1 - 0.12 * spot.y),
    look.light,
    0.7 * oval(spot, { x: -0.62, y: 0.3 }, { x: 0.3, y: 0.42 }),
  );
  const fall = { x: head.x, y: (0.16 + look.hairTo) / 2 };
  colour = mixed(
    colour,
    shade(look.hair, 0.8),
    oval(spot, fall, { x: look.hairWide, y: (look.hairTo - 0.12) / 2 }),
  );
  colour = mixed(colour, look.clothes, oval(spot, { x: sway / 3, y: 1.1 }, { x: 0.46, y: 0.42 }));
  colour = mixed(colour, shade(look.skin, 0.88), oval(spot, { x: sway / 2, y: 0.64 }, { x: 0.075, y: 0.11 }));
  const face = oval(own, { x: 0, y: 0 }, { x: 0.145, y: 0.19 });
  colour = mixed(colour, look.skin, face);
  const parting = oval(own, { x: 0.05, y: 0.1 }, { x: 0.2, y: 0.2 });
  colour = mixed(colour, look.hair, oval(own, { x: 0, y: -0.05 }, { x: 0.165, y: 0.175 }) * (1 - parting));
  for (const side of [-1, 1]) {
    const eye = { x: side * 0.055, y: 0.015 };
    colour = mixed(colour, shade(look.hair, 0.6), oval(own, eye, { x: 0.014, y: blinks ? 0.004 : 0.016 }));
  }
  const smile =
    oval(own, { x: 0, y: 0.085 }, { x: 0.05, y: 0.03 }) *
    (1 - oval(own, { x: 0, y: 0.072 }, { x: 0.06, y: 0.03 }));
  return mixed(colour, shade(look.skin, 0.55), smile);
}

const luma = ([r, g, b]: Rgb): number => 16 + 0.257 * r + 0.504 * g + 0.098 * b;
const blue = ([r, g, b]: Rgb): number => 128 - 0.148 * r - 0.291 * g + 0.439 * b;
const red = ([r, g, b]: Rgb): number => 128 + 0.439 * r - 0.368 * g - 0.071 * b;

function frameOf(look: Look, n: number): Buffer {
  const size = WIDTH * HEIGHT;
  const frame = Buffer.alloc(size * 1.5);
  const pose = { sway: 0.012 * Math.sin((2 * Math.PI * n) / FRAMES), blinks: n === FRAMES - 1 };
  for (let row = 0; row < HEIGHT; row += 1) {
    for (let column = 0; column < WIDTH; column += 1) {
      const spot = { x: (column - WIDTH / 2) / HEIGHT, y: row / HEIGHT };
      const colour = colourAt(look, spot, pose);
      frame[row * WIDTH + column] = luma(colour);
      if (row % 2 === 1 || column % 2 === 1) continue;
      const at = size + (row / 2) * (WIDTH / 2) + column / 2;
      frame[at] = blue(colour);
      frame[at + size / 4] = red(colour);
    }
  }
  return frame;
}

/** Chromium calls a camera that is a film by its file's path, which is nothing for a picture. */
export const PLAIN_LABELS = `Object.defineProperty(MediaDeviceInfo.prototype, 'label', {
  get() {
    return { videoinput: 'Camera', audioinput: 'Microphone', audiooutput: 'Speaker' }[this.kind];
  },
});`;

/** A film for Chromium's fake camera; some megabytes, so it is removed after use. */
export interface Film {
  readonly file: string;
  remove(): void;
}

/** Draws somebody who sits before a camera. */
export function portraitOf(sitter: Sitter): Film {
  const folder = mkdtempSync(join(tmpdir(), 'latido-portrait-'));
  const file = join(folder, `${sitter}.y4m`);
  const parts: Buffer[] = [Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${RATE}:1 Ip A1:1 C420\n`)];
  for (let n = 0; n < FRAMES; n += 1) parts.push(Buffer.from('FRAME\n'), frameOf(LOOKS[sitter], n));
  writeFileSync(file, Buffer.concat(parts));
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
