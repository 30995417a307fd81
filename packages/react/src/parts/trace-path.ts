/** What a trace is drawn from: facts only, so that every beat on it is a beat received. */
export interface TraceInput {
  /** Instants (epoch ms) at which proofs of life arrived, ascending. */
  readonly beats: readonly number[];
  /** The last proof of life (epoch ms): the line is solid up to it and dotted after it. Null when there was none. */
  readonly lastProofAt: number | null;
  /** The instant at the trace's right edge (epoch ms). */
  readonly nowAt: number;
  /** How much time the width spans. */
  readonly windowMs: number;
  readonly width: number;
  readonly height: number;
}

/** Two SVG paths: `solid` for the time that is proven, `dotted` for the silence after it. Either may be empty. */
export interface TracePaths {
  readonly solid: string;
  readonly dotted: string;
}

/** One heartbeat: offsets along the line in px of a 24-px-high trace, and heights as parts of half its height. */
const BEAT: readonly (readonly [number, number])[] = [
  [-7, 0],
  [-5, 0.14],
  [-3.5, 0],
  [-2, -0.2],
  [0, 0.86],
  [2, -0.72],
  [3.5, 0],
  [5.5, 0.2],
  [7, 0],
];
const BEAT_HALF = 7;

const round = (n: number): string => String(Math.round(n * 10) / 10);

/** Beats nearer to each other than one drawing of them are thinned: the line must stay a line. */
function thinned(xs: readonly number[], gap: number): number[] {
  const kept: number[] = [];
  for (const x of xs) if (kept.length === 0 || x - (kept.at(-1) ?? 0) >= gap) kept.push(x);
  return kept;
}

/** The trace of one person's proofs of life. Pure: the same input gives the same path. */
export function tracePaths(input: TraceInput): TracePaths {
  const { beats, nowAt, windowMs, width, height } = input;
  const middle = height / 2;
  const scale = height / 24;
  const xOf = (at: number): number => width - ((nowAt - at) / windowMs) * width;
  if (input.lastProofAt === null) return { solid: '', dotted: `M0 ${round(middle)}H${round(width)}` };

  const end = Math.min(width, xOf(input.lastProofAt));
  const half = BEAT_HALF * scale;
  const inside = beats.map(xOf).filter((x) => x - half >= 0 && x <= end);
  let solid = '';
  let tail = end;
  if (end > 0) {
    solid = `M0 ${round(middle)}`;
    for (const x of thinned(inside, half * 1.6)) {
      for (const [dx, dy] of BEAT) {
        const px = x + dx * scale;
        if (px >= 0 && px <= width) solid += `L${round(px)} ${round(middle - dy * middle)}`;
      }
      tail = Math.max(tail, Math.min(width, x + half));
    }
    solid += `L${round(tail)} ${round(middle)}`;
  }
  const from = Math.max(0, tail);
  return { solid, dotted: from < width - 0.5 ? `M${round(from)} ${round(middle)}H${round(width)}` : '' };
}
