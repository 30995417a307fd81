import { problem } from '../platform/index.ts';

/** As NIST SP 800-63B: length counts, rules of characters do not, and what everybody tries first is refused. */
export const PASSWORD_MIN = 10;
/** Longer ones only cost time to hash. */
export const PASSWORD_MAX = 128;

/**
 * Whoever guesses has tried it among the first two hundred thousand: it is on a list, or a list's word with a digit. What is merely weak
 * is the owner's own choice (NIST): guesses at the door are counted ([ACCESS-3]).
 */
const GUESSES_MIN = 200_000;
/** Of longer ones guessing words is no matter, and looking for them would hold up everybody else. */
const GUESSED_LENGTH_MAX = 40;

/**
 * The stems that lists of stolen passwords are full of, in English and Spanish. What stands around them (digits, years,
 * signs, capitals, letters written as digits) is taken off first, because whoever guesses does the same.
 */
const COMMON = new Set(
  `password passwort passwords passphrase contrasena contrasenia contrasenya clave claves secret secreto topsecret mysecret
  letmein welcome bienvenido bienvenida iloveyou iloveu teamo teamomucho tequiero tequieromucho loveyou loveme princess
  princesa sunshine football futbol baseball basketball superman batman spiderman pokemon starwars master dragon monkey
  shadow qwerty qwertyui qwertyuiop qwertz qwertzuiop azerty azertyuiop asdfgh asdfghjk asdfghjkl zxcvbn zxcvbnm qazwsx
  qazwsxedc qweasd qweasdzxc qwerasdf admin administrator administrador root toor user usuario guest invitado test tester
  testing testtest prueba demo default changeme changeit login access acceso hello hellohello hola holahola
  internet computer computadora whatever trustno freedom liberty michael jordan jennifer jessica ashley charlie daniel
  alejandro alejandra carolina estrella mariposa barcelona realmadrid liverpool chelsea arsenal manchester corazon
  chocolate butterfly blink summer winter spring autumn verano invierno primavera otono monday january enero
  abc abcd abcde abcdef abcdefg abcdefgh abcdefghi abcdefghij abcdefghijk abcdefghijkl correcthorsebatterystaple
  latido livekit videocall videollamada
  ihateyou micontrasena miamor miamorcito amorcito gatito perrito cristiano micorazon diosesamor amordemivida elamordemivida bendiciones millonarios atleticonacional colombia bogota medellin`.split(
    /\s+/,
  ),
);

const ROWS = ['01234567890123456789', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
const LETTERS: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** Whether everybody who guesses tries it early: common, a key held down, a row of keys, or the account's own words. */
export function isCommon(password: string, own: readonly string[] = []): boolean {
  const lower = password.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return isPlain(lower) || isDate(lower) || isRepeated(lower) || isRow(lower) || isOwn(lower, own);
}

/** How many guesses it takes, by keyboards, dates, names and a list of 50,000 that were stolen; what stands around them costs little. */
async function guessesOf(password: string, own: readonly string[]): Promise<number> {
  if (password.length > GUESSED_LENGTH_MAX) return Infinity;
  guesser ??= makeGuesser();
  const bare = password.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return (await guesser).check(bare, [...own]).guesses;
}

/** Loaded with the first password that is chosen: the list takes 11 MB, which a server can do without until then. */
let guesser: ReturnType<typeof makeGuesser> | undefined;

async function makeGuesser() {
  const { ZxcvbnFactory } = await import('@zxcvbn-ts/core');
  const { dictionary, adjacencyGraphs: graphs } = await import('@zxcvbn-ts/language-common');
  return new ZxcvbnFactory({ dictionary, graphs });
}

/** @throws AppError `password.weak` */
export async function refuseCommon(password: string, own: readonly string[]): Promise<void> {
  if (isCommon(password, own) || (await guessesOf(password, own)) < GUESSES_MIN)
    throw problem(
      'password.weak',
      'This password is among the first that anybody would try. Take another one.',
    );
}

function isPlain(text: string): boolean {
  const bare = (word: string): string => word.replaceAll(/^[^a-z]+|[^a-z]+$/g, '').replaceAll(/[^a-z]/g, '');
  const spelled = text.replaceAll(/[013457@$!]/g, (sign) => LETTERS[sign] ?? sign);
  // Also with the signs at the end taken off first: `p4ssw0rd2024!`.
  const trimmed = text
    .replaceAll(/^[^a-z@$]+|[^a-z]+$/g, '')
    .replaceAll(/[013457@$!]/g, (sign) => LETTERS[sign] ?? sign);
  return [text, spelled, trimmed].map(bare).some((word) => COMMON.has(word) || COMMON.has(unit(word)));
}

/** Digits and signs alone are dates and telephone numbers, unless they are very many. */
function isDate(text: string): boolean {
  return text.length < 18 && !/\p{L}/u.test(text);
}

/** What a text is made of, again and again: `abcabc` is `abc`. */
function unit(text: string): string {
  return /^(.+?)\1+$/.exec(text)?.[1] ?? text;
}

function isRepeated(text: string): boolean {
  return unit(text).length <= 3 || new Set(text).size <= 3;
}

function isRow(text: string): boolean {
  const backwards = Array.from(text).toReversed().join('');
  return ROWS.some((row) => row.repeat(2).includes(text) || row.repeat(2).includes(backwards));
}

/** The address, the part before its @, or the name, with no more than digits and signs around it. */
function isOwn(text: string, own: readonly string[]): boolean {
  const bare = (word: string): string => word.toLowerCase().replaceAll(/[^\p{L}]/gu, '');
  return own
    .flatMap((word) => [word, word.split('@', 1)[0] ?? ''])
    .some((word) => bare(word) !== '' && bare(word) === bare(text));
}
