/** For tests only: the text of every statement in the sources, with a placeholder for each value. */
import {
  at,
  childrenOf,
  isFunction,
  listAt,
  nameOf,
  Names,
  nodesIn,
  type Found,
  type Node,
  type Source,
} from './sources.testing.ts';

/** A statement that the server may send. */
export interface Statement {
  /** `path:line`, from the server's sources on. */
  readonly place: string;
  /** As kysely sends it: `$1`, `$2` … */
  readonly text: string;
  /** What `sql<…>` says of its rows. */
  readonly rowType: Node | undefined;
  readonly source: Source;
}

/** The statements of some sources, and the `sql` tags that are part of none. */
export interface Statements {
  readonly all: readonly Statement[];
  readonly tags: number;
  readonly unreached: readonly string[];
}

/** A text that a piece of SQL may have, and the tags that it is made of. */
interface Text {
  readonly words: string;
  readonly uses: readonly Node[];
}

/** Where an expression is read: in its file and, inside a function that is being called, with these arguments. */
interface Scope {
  readonly source: Source;
  readonly call?: { readonly fn: Node; readonly args: readonly Node[]; readonly from: Scope };
}

const VALUE = '\u0000';
const SERVER = 'apps/server/src/';
const BEGINS = /^\s*(select|insert|update|delete|with)\b/i;
const MOST_TEXTS = 64;

/** Reads every statement. One that is put together in several ways is there once for each. */
export function statementsOf(sources: ReadonlyMap<string, Source>): Statements {
  const reader = new Reader(sources);
  const ours = [...sources.values()].filter(({ path }) => path.startsWith(SERVER));
  const tags = ours.flatMap((source) => tagsIn(source).map((tag) => ({ source, tag })));
  const reached = new Set<Node>();
  const all: Statement[] = [];
  const take = (begins: RegExp, before = ''): void => {
    for (const { source, tag } of tags) {
      if (reached.has(tag) && before !== '') continue;
      for (const { words, uses } of reader.textsOfTag(tag, { source }) ?? []) {
        if (!begins.test(words)) continue;
        for (const used of uses) reached.add(used);
        const rowType = before === '' ? rowTypeOf(source, tag) : undefined;
        all.push({ place: placeOf(source, tag), text: numbered(before + words), rowType, source });
      }
    }
  };
  take(BEGINS);
  // A part that is handed over at run time, and that no statement is seen to hold: a query in brackets stands for itself.
  take(/^\s*\(/, 'select ');
  const unreached = tags.filter(({ tag }) => !reached.has(tag));
  return { all, tags: tags.length, unreached: unreached.map(({ source, tag }) => placeOf(source, tag)) };
}

function tagsIn(source: Source): Node[] {
  return [...nodesIn(source.program)].filter(isSqlTag);
}

function isSqlTag(node: Node): boolean {
  return node.type === 'TaggedTemplateExpression' && nameOf(at(node, 'tag')) === 'sql';
}

function placeOf({ path, text }: Source, { start }: Node): string {
  return `${path.slice(SERVER.length)}:${text.slice(0, start).split('\n').length}`;
}

function numbered(words: string): string {
  let count = 0;
  return words.replaceAll(VALUE, () => `$${(count += 1)}`);
}

/** `sql<Row>`, or the `RawBuilder<Row>` that the constant is declared to be. */
function rowTypeOf({ parents }: Source, tag: Node): Node | undefined {
  const own = listAt(at(tag, 'typeArguments'), 'params')[0];
  if (own) return own;
  let node: Node | undefined = tag;
  while (node && node.type !== 'VariableDeclarator' && !isFunction(node)) node = parents.get(node);
  const type = node && at(node, 'id', 'typeAnnotation');
  const builder = type && [...nodesIn(type)].find((each) => nameOf(at(each, 'typeName')) === 'RawBuilder');
  return listAt(builder && at(builder, 'typeArguments'), 'params')[0];
}

/** Follows what stands in `${…}` to the SQL that it is, if it is any. */
class Reader {
  readonly #names: Names;
  readonly #sources: ReadonlyMap<string, Source>;

  constructor(sources: ReadonlyMap<string, Source>) {
    this.#names = new Names(sources);
    this.#sources = sources;
  }

  /** Undefined: something in it is known only inside a call. */
  textsOfTag(tag: Node, scope: Scope): Text[] | undefined {
    let texts: Text[] = [{ words: '', uses: [tag] }];
    const expressions = listAt(at(tag, 'quasi'), 'expressions');
    for (const [n, quasi] of listAt(at(tag, 'quasi'), 'quasis').entries()) {
      const words = (quasi['value'] as { cooked: string }).cooked;
      texts = texts.map((text) => ({ ...text, words: text.words + words }));
      const expression = expressions[n];
      if (!expression) continue;
      const parts = this.#textsOf(expression, scope);
      if (parts === 'unknown') return undefined;
      const some = parts ?? [{ words: VALUE, uses: [] }];
      texts = texts.flatMap((text) =>
        some.map((part) => ({ words: text.words + part.words, uses: [...text.uses, ...part.uses] })),
      );
      if (texts.length > MOST_TEXTS) throw new Error(`${placeOf(scope.source, tag)} has too many texts.`);
    }
    return texts;
  }

  /** The texts of an expression; undefined when it is a value, `unknown` when only a call could tell. */
  #textsOf(node: Node, scope: Scope): Text[] | undefined | 'unknown' {
    if (isSqlTag(node)) return this.textsOfTag(node, scope) ?? 'unknown';
    if (node.type === 'ConditionalExpression') {
      const both = [at(node, 'consequent'), at(node, 'alternate')].map(
        (branch) => branch && this.#textsOf(branch, scope),
      );
      const known = both.filter((each) => Array.isArray(each)).flat();
      return known.length > 0 ? known : undefined;
    }
    if (node.type === 'CallExpression') return this.#textsOfCall(node, scope);
    return node.type === 'Identifier' ? this.#textsOfName(node, scope) : undefined;
  }

  #textsOfName(node: Node, scope: Scope): Text[] | undefined | 'unknown' {
    const found = this.#names.find(scope.source, node, nameOf(node) ?? '');
    if (!found) return undefined;
    if (!found.parameterOf) return this.#textsOf(found.node, { ...scope, source: found.source });
    const bound = argumentOf(found, scope);
    if (bound) return this.#textsOf(bound.node, bound.scope);
    const type = at(found.node, 'typeAnnotation');
    if (!type || !scope.source.text.slice(type.start, type.end).includes('RawBuilder')) return undefined;
    const passed = this.#passedTo(found.parameterOf).map((each) => this.#textsOf(each.node, each.scope));
    const known = passed.filter((each) => Array.isArray(each)).flat();
    return known.length > 0 ? known : 'unknown';
  }

  #textsOfCall(node: Node, scope: Scope): Text[] | undefined | 'unknown' {
    const callee = at(node, 'callee');
    const args = listAt(node, 'arguments');
    if (callee && nameOf(at(callee, 'object')) === 'sql') {
      const word = args[0] && wordOf(args[0], scope, this.#names);
      if (word === undefined || nameOf(at(callee, 'property')) !== 'ref') return 'unknown';
      return [{ words: word.replace(/[^.]+/g, '"$&"'), uses: [] }];
    }
    const found = callee && this.#names.find(scope.source, callee, nameOf(callee) ?? '');
    if (!found || !isFunction(found.node)) return undefined;
    const inside: Scope = { source: found.source, call: { fn: found.node, args, from: scope } };
    const texts = returnsOf(found.node).map((each) => this.#textsOf(each, inside));
    if (texts.includes('unknown')) return 'unknown';
    const known = texts.filter((each) => Array.isArray(each)).flat();
    return known.length > 0 ? known : undefined;
  }

  /** What callers give a function of the server at a place. */
  #passedTo({ fn, at: place }: NonNullable<Found['parameterOf']>): { node: Node; scope: Scope }[] {
    const passed: { node: Node; scope: Scope }[] = [];
    for (const source of this.#sources.values()) {
      for (const call of nodesIn(source.program)) {
        const name = call.type === 'CallExpression' ? nameOf(at(call, 'callee')) : undefined;
        if (name === undefined || this.#names.find(source, call, name)?.node !== fn) continue;
        const node = listAt(call, 'arguments')[place];
        if (node) passed.push({ node, scope: { source } });
      }
    }
    return passed;
  }
}

function argumentOf({ parameterOf }: Found, { call }: Scope): { node: Node; scope: Scope } | undefined {
  if (!parameterOf || call?.fn !== parameterOf.fn) return undefined;
  const node = call.args[parameterOf.at];
  return node && { node, scope: call.from };
}

/** The string that an expression is. */
function wordOf(node: Node, scope: Scope, names: Names): string | undefined {
  if (node.type === 'Literal') return String(node['value']);
  const found = names.find(scope.source, node, nameOf(node) ?? '');
  const bound = found && argumentOf(found, scope);
  return bound && wordOf(bound.node, bound.scope, names);
}

/** What a function returns, nested functions aside. */
function returnsOf(fn: Node): Node[] {
  const body = at(fn, 'body');
  if (!body) return [];
  if (body.type !== 'BlockStatement') return [body];
  const returns: Node[] = [];
  const walk = (node: Node): void => {
    if (isFunction(node)) return;
    const returned = node.type === 'ReturnStatement' ? at(node, 'argument') : undefined;
    if (returned) returns.push(returned);
    for (const child of childrenOf(node)) walk(child);
  };
  walk(body);
  return returns;
}
