import type { App } from './http.ts';
import { problem } from './errors.ts';
import { DEPTH_MAX, isTooDeep } from './too-deep.ts';

/** What of a request its schema reads, and what people send. */
const PLACES = ['params', 'querystring', 'body'] as const;

/**
 * Refuses text that could not be kept as it was sent: NUL, which Postgres has none of, and half of a character (a surrogate without the
 * other one), which UTF-8 has none of. Kept as something else it would be words that nobody wrote. Decided here for all routes; a
 * body that is not parsed (a webhook's bytes, a file) is judged by who reads it.
 */
export function refuseBrokenText(app: App): void {
  app.addHook('preValidation', async (request) => {
    const { params, query, body } = request;
    if (isTooDeep(body))
      throw problem(
        'request.invalid',
        `body: lists and objects lie more than ${DEPTH_MAX} deep in each other.`,
      );
    for (const [n, value] of [params, query, body].entries()) {
      const found = brokenIn(value);
      if (found) throw problem('request.invalid', `${[PLACES[n], ...found.path].join('.')}: ${found.what}.`);
    }
  });
  takeUtf8(app);
}

/**
 * JSON is UTF-8 (RFC 8259): other bytes are refused, where a decoder would put a sign of its own for each. Text is no JSON: whoever
 * forgets the content type is told so, not that the body is of the wrong shape.
 */
function takeUtf8(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const text = decoded(body as Buffer);
    if (text === null)
      done(problem('request.malformed_json', 'The body is not UTF-8, which JSON has to be.'));
    else void parse(request, text, done);
  });
}

function decoded(body: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return null;
  }
}

interface Broken {
  readonly path: readonly string[];
  readonly what: string;
}

/** A value and where it lies: each knows the one around it, so that depth costs no more than length. */
interface Place {
  readonly value: unknown;
  readonly name: string;
  readonly around: Place | null;
}

/** The first text in a value that cannot be kept, with the way to it. Without recursion: JSON may lie as deep as a body is long. */
function brokenIn(whole: unknown): Broken | null {
  const open: Place[] = [{ value: whole, name: '', around: null }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { value } = place;
    const what =
      typeof value === 'string' ? brokenText(value) : isTree(value) ? addInner(open, place, value) : null;
    if (what !== null) return { path: pathOf(place), what };
  }
  return null;
}

/** Puts what lies in a value before what comes after it. Tells what is wrong with its names. */
function addInner(open: Place[], around: Place, tree: object): string | null {
  for (const [name, value] of Object.entries(tree).toReversed()) {
    if (brokenText(name) !== null) return 'a name in it has NUL or half of a character';
    if (typeof value === 'string' || isTree(value)) open.push({ value, name, around });
  }
  return null;
}

function pathOf({ name, around }: Place): string[] {
  const path: string[] = [];
  for (let [own, next] = [name, around]; next !== null; [own, next] = [next.name, next.around])
    path.push(own);
  return path.toReversed();
}

function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
}

/** Among whole characters a half is matched only where it stands alone. */
const HALF = /\p{Surrogate}/u;

/** Whether a text can be kept as it is: without NUL and halves of characters. */
export function isWhole(text: string): boolean {
  return brokenText(text) === null;
}

function brokenText(text: string): string | null {
  const nul = text.indexOf('\0');
  if (nul !== -1) return `${lineAt(text, nul)}NUL cannot be stored: leave that character out`;
  const half = text.search(HALF);
  if (half === -1) return null;
  return `${lineAt(text, half)}half of a character (a lone surrogate) cannot be stored; an emoji may have been cut in two`;
}

/** Which line it is on, of a text that has several: it may be a file. */
function lineAt(text: string, at: number): string {
  return text.includes('\n') ? `line ${text.slice(0, at).split('\n').length}: ` : '';
}
