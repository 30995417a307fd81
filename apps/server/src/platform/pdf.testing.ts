/** For tests only: what a reader of one of our PDFs sees. */
import { inflateSync } from 'node:zlib';

/** The texts of a PDF that `sendPdf` made, a string each as it was drawn, and how many pages it has. */
export function readPdf(file: Buffer): { texts: string[]; pages: number } {
  const whole = file.toString('latin1');
  if (!whole.startsWith('%PDF-') || !whole.trimEnd().endsWith('%%EOF')) throw new Error('no whole PDF');
  const streams = [...whole.matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g)].flatMap(([, body]) => {
    try {
      return [inflateSync(Buffer.from(body ?? '', 'latin1')).toString('latin1')];
    } catch {
      return [];
    }
  });
  const letters = lettersOf(streams.find((text) => text.includes('beginbfrange')) ?? '');
  const texts = streams.flatMap((text) =>
    [...text.matchAll(/BT[\s\S]*?\[([\s\S]*?)\] TJ[\s\S]*?ET/g)].map(([, drawn]) =>
      decode(drawn ?? '', letters),
    ),
  );
  return { texts, pages: whole.match(/\/Type \/Page\b(?!s)/g)?.length ?? 0 };
}

/** What each glyph means: the file's own table, without which nothing of it could be copied or searched. */
function lettersOf(map: string): Map<number, string> {
  const letters = new Map<number, string>();
  for (const [, from, list] of map.matchAll(/<([0-9a-f]{4})> <[0-9a-f]{4}> \[([^\]]*)\]/gi))
    for (const [at, [, codes]] of [...(list ?? '').matchAll(/<([0-9a-f ]+)>/gi)].entries())
      letters.set(parseInt(from ?? '', 16) + at, String.fromCharCode(...hexes(codes ?? '')));
  return letters;
}

/** More than one for a glyph that is several letters, such as fi. */
const hexes = (codes: string): number[] => codes.split(' ').map((code) => parseInt(code, 16));

function decode(drawn: string, letters: Map<number, string>): string {
  return [...drawn.matchAll(/<([0-9a-f]+)>/gi)]
    .flatMap(([, hex]) => (hex ?? '').match(/.{4}/g) ?? [])
    .map((glyph) => letters.get(parseInt(glyph, 16)) ?? '□')
    .join('');
}
