/** For tests only: the sources as trees, and what a name in them stands for. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';

/** A node of a file's tree. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** One file. */
export interface Source {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly program: Node;
  readonly parents: ReadonlyMap<Node, Node>;
}

/** What a name stands for: the node that says it, in its file. */
export interface Found {
  readonly node: Node;
  readonly source: Source;
  /** Of a parameter: its function and its place among the others. */
  readonly parameterOf?: { readonly fn: Node; readonly at: number };
}

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const FOLDERS = ['apps/server/src', 'packages/core/src', 'packages/protocol/src'];

/** Every source of the server and of what it takes its types from, by path; no tests. */
export function readSources(): Map<string, Source> {
  const sources = new Map<string, Source>();
  for (const folder of FOLDERS) {
    for (const name of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).toSorted()) {
      if (!name.endsWith('.ts') || /(^|[./])(test|testing)\.ts$/.test(name)) continue;
      const path = relative(ROOT, join(ROOT, folder, name));
      sources.set(path, parse(path, readFileSync(join(ROOT, path), 'utf8')));
    }
  }
  return sources;
}

/** A file's tree. */
export function parse(path: string, text: string): Source {
  const { program, errors } = parseSync(path, text);
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`);
  const parents = new Map<Node, Node>();
  const root = program as unknown as Node;
  for (const node of nodesIn(root)) for (const child of childrenOf(node)) parents.set(child, node);
  return { path, text, program: root, parents };
}

/** The nodes right below a node. */
export function childrenOf(node: Node): Node[] {
  return Object.values(node).flat().filter(isNode);
}

/** A node and all below it. */
export function* nodesIn(node: Node): Generator<Node> {
  yield node;
  for (const child of childrenOf(node)) yield* nodesIn(child);
}

/** A node in a field of another; undefined when there is none. */
export function at(node: Node, ...fields: string[]): Node | undefined {
  let found: unknown = node;
  for (const field of fields) found = isNode(found) ? found[field] : undefined;
  return isNode(found) ? found : undefined;
}

/** The nodes in a field that is a list. */
export function listAt(node: Node | undefined, field: string): Node[] {
  const list = node?.[field];
  return Array.isArray(list) ? list.filter(isNode) : [];
}

/** The name that an identifier is. */
export function nameOf(node: Node | undefined): string | undefined {
  return node?.type === 'Identifier' ? String(node['name']) : undefined;
}

export function isFunction(node: Node): boolean {
  return /^(ArrowFunctionExpression|FunctionExpression|FunctionDeclaration)$/.test(node.type);
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
  );
}

/** Names, looked up from where they stand: outwards through functions and blocks, then through imports. */
export class Names {
  readonly #sources: ReadonlyMap<string, Source>;

  constructor(sources: ReadonlyMap<string, Source>) {
    this.#sources = sources;
  }

  find(source: Source, from: Node, name: string): Found | undefined {
    for (let node = source.parents.get(from); node; node = source.parents.get(node)) {
      if (isFunction(node)) {
        const fn = node;
        const place = listAt(fn, 'params').findIndex((each) => nameOf(at(each, 'left') ?? each) === name);
        const parameter = listAt(fn, 'params')[place];
        if (parameter)
          return { node: at(parameter, 'left') ?? parameter, source, parameterOf: { fn, at: place } };
      }
      for (const statement of listAt(node, 'body')) {
        const found = declared(at(statement, 'declaration') ?? statement, name);
        if (found) return { node: found, source };
      }
    }
    return this.#imported(source, name);
  }

  #imported(source: Source, name: string): Found | undefined {
    for (const statement of listAt(source.program, 'body')) {
      if (statement.type !== 'ImportDeclaration') continue;
      const specifier = listAt(statement, 'specifiers').find((each) => nameOf(at(each, 'local')) === name);
      if (!specifier) continue;
      const path = this.#pathOf(source, String(at(statement, 'source')?.['value']));
      return this.#exported(path, nameOf(at(specifier, 'imported')) ?? name);
    }
    return undefined;
  }

  #exported(path: string | undefined, name: string): Found | undefined {
    const source = path === undefined ? undefined : this.#sources.get(path);
    if (!source) return undefined;
    for (const statement of listAt(source.program, 'body')) {
      const found = declared(at(statement, 'declaration') ?? statement, name);
      if (found) return { node: found, source };
      const from = at(statement, 'source')?.['value'];
      if (typeof from !== 'string' || !statement.type.startsWith('Export')) continue;
      const target = this.#pathOf(source, from);
      const specifier = listAt(statement, 'specifiers').find((each) => nameOf(at(each, 'exported')) === name);
      const wanted = specifier ? nameOf(at(specifier, 'local')) : name;
      if (!specifier && statement.type !== 'ExportAllDeclaration') continue;
      const there = this.#exported(target, wanted ?? name);
      if (there) return there;
    }
    return undefined;
  }

  #pathOf(source: Source, from: string): string | undefined {
    const ours = /^@latido\/(core|protocol)$/.exec(from)?.[1];
    if (ours) return `packages/${ours}/src/index.ts`;
    return from.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(source.path), from)) : undefined;
  }
}

/** What a statement declares under a name: a constant's value, a function, a type. */
function declared(statement: Node, name: string): Node | undefined {
  if (statement.type === 'VariableDeclaration') {
    const found = listAt(statement, 'declarations').find((each) => nameOf(at(each, 'id')) === name);
    return found && (at(found, 'init') ?? found);
  }
  const named = nameOf(at(statement, 'id')) === name;
  return named && /^(FunctionDeclaration|TSInterfaceDeclaration|TSTypeAliasDeclaration)$/.test(statement.type)
    ? statement
    : undefined;
}
