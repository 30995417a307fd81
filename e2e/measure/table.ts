import type { Measured } from './causes.ts';

/** All runs of one cause. */
export interface Row {
  readonly name: string;
  readonly runs: readonly Measured[];
}

/** The value that this share of all lies at or below. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

function threeOf(values: readonly (number | null | undefined)[]): string[] {
  const sorted = values.filter((value) => value != null).toSorted((a, b) => a - b);
  return [quantile(sorted, 0.5), quantile(sorted, 0.95), quantile(sorted, 1)].map((ms) =>
    ms === null ? '–' : String(Math.round(ms)),
  );
}

/** The runs as a table in Markdown, in milliseconds. */
export function tableOf(rows: readonly Row[]): string {
  const head = [
    'What happens',
    'runs',
    'told p50',
    'p95',
    'max',
    'LiveKit p50',
    'p95',
    'max',
    'back p50',
    'p95',
    'max',
  ];
  const lines = rows.map(({ name, runs }) => [
    name,
    String(runs.length),
    ...threeOf(runs.map((run) => run.toldMs)),
    ...threeOf(runs.map((run) => run.livekitMs)),
    ...threeOf(runs.map((run) => run.backMs)),
  ]);
  const rule = head.map((_title, at) => (at === 0 ? '---' : '---:'));
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
