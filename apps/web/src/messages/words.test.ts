import { ERRORS } from '@latido/protocol';
import { enLabels, esLabels } from '@latido/react';
import { enAttendanceLabels, esAttendanceLabels } from '@latido/react/attendance';
import { enGridLabels, esGridLabels } from '@latido/react/grid';
import { enLobbyLabels, esLobbyLabels } from '@latido/react/lobby';
import { describe, expect, it } from 'vitest';
import enMore from './en-more.ts';
import enCore from './en.ts';
import esMore from './es-more.ts';
import esCore from './es.ts';

const en = { ...enCore, ...enMore };
const es = { ...esCore, ...esMore };

/** Every file with words for people, by its path. */
const FILES: Record<string, string> = import.meta.glob(
  [
    '../**/*.{ts,tsx}',
    '../../../../packages/react/src/**/*.{ts,tsx}',
    '../../../../README.es.md',
    '!../**/*.test.ts',
    '!../../../../packages/react/src/**/*.test.ts',
  ],
  { query: '?raw', import: 'default', eager: true },
);

/** Forms of "vosotros", which nobody says in Latin America, and "vos", which only some do. */
const VOSOTROS = new RegExp(
  [
    String.raw`(?<!\p{L})(vosotr[oa]s|vuestr[oa]s?|os|sois|vais|dais|veis|vos|tenés|podés|querés)(?!\p{L})`,
    String.raw`\p{L}+(áis|éis|asteis|isteis)(?!\p{L})`,
    String.raw`(?<!\p{L})(entrad|salid|pulsad|escribid|elegid|abrid|cerrad|probad|esperad|mirad|recargad|usad|haced|volved)(?!\p{L})`,
  ].join('|'),
  'iu',
);
/** Words of Spain where the rest says it otherwise, and two of ours that nobody understood. */
const ELSEWHERE =
  /(?<!\p{L})(vídeos?|ordenador(es)?|móvil(es)?|coger|mandos|pulsa|aparcar|en compañía|próxima en)(?!\p{L})/iu;
const SHOUTED = /¡|\p{L}!(?![=\]).])/u;
/** The same in both languages, and rightly so. */
const SAME: readonly string[] = [
  'attendance.factOther',
  'app.name',
  'attendance.csv',
  'attendance.excel',
  'attendance.pdf',
  'attendance.json',
  'receipt.total',
];

type Texts = { readonly [key: string]: string | Texts };

const flat = (texts: Texts, path = ''): [string, string][] =>
  Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value] as [string, string]] : flat(value, `${path}${key}.`),
  );
/** The words of a part, those within others too; what is made of figures and names as it is written. */
const wordsOf = (labels: object): [string, string][] =>
  Object.entries(labels).flatMap(([key, word]: [string, unknown]) =>
    typeof word === 'object' && word !== null
      ? wordsOf(word).map(([below, text]): [string, string] => [`${key}.${below}`, text])
      : [[key, String(word)] as [string, string]],
  );
/** What a text is filled with: in ICU's form, names stand at each second depth of braces. */
const argumentsOf = (text: string): string[] => {
  let depth = 0;
  const names = new Set<string>();
  for (const [brace, name] of text.matchAll(/\{(\w*)|\}/g)) {
    if (brace === '}') depth -= 1;
    else {
      if (depth % 2 === 0 && name) names.add(name);
      depth += 1;
    }
  }
  return [...names].toSorted();
};

/** Where something stands in the files whose path fits; comments do not count. */
function found(path: RegExp, what: RegExp): string[] {
  return Object.entries(FILES).flatMap(([file, text]) => {
    const words = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
    const hit = path.test(file) ? what.exec(words)?.[0] : undefined;
    return hit === undefined ? [] : [`${file}: ${hit}`];
  });
}
const SPANISH = /labels-es|messages\/es|\.\/es|README\.es/;
const SOURCES = /\.tsx?$/;

/** A branch without a word is no text for what the build makes of it: the page would show the key. */
it.each([
  ['en', en],
  ['es', es],
] as const)('[WEB-WORDS-5] no branch of a text in %s is empty', (_language, texts) => {
  expect(flat(texts as Texts).filter(([, text]) => /\{\s*\}/.test(text))).toEqual([]);
});

describe('words', () => {
  it('[WEB-WORDS-1] Spanish is everybody’s in Latin America', () => {
    expect(Object.keys(FILES).filter((file) => SPANISH.test(file)).length).toBeGreaterThanOrEqual(5);
    expect(found(SPANISH, VOSOTROS)).toEqual([]);
    expect(found(SPANISH, ELSEWHERE)).toEqual([]);
  });

  it('[WEB-WORDS-2] nothing is left in English in Spanish, and both say the same of the same', () => {
    const spanish = new Map(flat(es));
    expect([...spanish.keys()].toSorted()).toEqual(
      flat(en)
        .map(([key]) => key)
        .toSorted(),
    );
    const same = flat(en).filter(([key, text]) => spanish.get(key) === text && !SAME.includes(key));
    expect(same).toEqual([]);
    const other = flat(en).filter(
      ([key, text]) => String(argumentsOf(text)) !== String(argumentsOf(spanish.get(key) ?? '')),
    );
    expect(other).toEqual([]);
  });

  it.each([
    ['a call', enLabels, esLabels],
    ['the door', enLobbyLabels, esLobbyLabels],
    ['attendance', enAttendanceLabels, esAttendanceLabels],
    ['a grid', enGridLabels, esGridLabels],
  ])('[WEB-WORDS-2] the words of the parts are those of their language: %s', (_of, one, other) => {
    const spanish = new Map(wordsOf(other));
    expect(wordsOf(one).filter(([key, text]) => spanish.get(key) === text)).toEqual([]);
  });

  it('[WEB-WORDS-3] nobody is shouted at', () => {
    expect(found(SOURCES, SHOUTED)).toEqual([]);
    expect(Object.values(ERRORS).filter(({ title }) => /[!¡]/.test(title))).toEqual([]);
  });

  it('[WEB-WORDS-4] no page makes the reader’s clock a 12 or a 24 hours’ one', () => {
    expect(found(SOURCES, /hourCycle|hour12/)).toEqual([]);
  });
});
