/** For tests only: what a declared row type says of each column. */
import { at, listAt, nameOf, Names, type Node, type Source } from './sources.testing.ts';

/** A key of a row type. */
export interface Key {
  readonly optional: boolean;
  /** What it may be: `string`, `bigint`, `Date`, `null`, `array` …; `unknown` where only the compiler knows. */
  readonly kinds: readonly string[];
}

type Member = { readonly node: Node; readonly source: Source; readonly optional: boolean };

const KEYWORDS: Record<string, string> = {
  TSStringKeyword: 'string',
  TSNumberKeyword: 'number',
  TSBigIntKeyword: 'bigint',
  TSBooleanKeyword: 'boolean',
  TSNullKeyword: 'null',
  TSUndefinedKeyword: 'undefined',
  TSTypeLiteral: 'object',
  TSInterfaceDeclaration: 'object',
  TSTemplateLiteralType: 'string',
  TSArrayType: 'array',
  TSTupleType: 'array',
};
const NAMED: Record<string, string> = {
  Date: 'Date',
  Record: 'object',
  Array: 'array',
  ReadonlyArray: 'array',
};

/** Reads types as far as row types go: literals, interfaces, aliases, `&`, `|`, Omit and Pick. */
export class RowTypes {
  readonly #names: Names;

  constructor(sources: ReadonlyMap<string, Source>) {
    this.#names = new Names(sources);
  }

  /** The keys of a row type; undefined when it is none that can be read. */
  keysOf(type: Node, source: Source): Map<string, Key> | undefined {
    const members = this.#membersOf(type, source);
    if (!members) return undefined;
    return new Map(
      [...members].map(([name, { node, source: where, optional }]) => [
        name,
        { optional, kinds: this.#kindsOf(node, where) },
      ]),
    );
  }

  #membersOf(type: Node, source: Source): Map<string, Member> | undefined {
    if (type.type === 'TSTypeLiteral') return ownMembers(listAt(type, 'members'), source);
    if (type.type === 'TSIntersectionType') return this.#all(listAt(type, 'types'), source);
    if (type.type === 'TSParenthesizedType')
      return this.#membersOf(at(type, 'typeAnnotation') ?? type, source);
    if (type.type === 'TSInterfaceDeclaration') return this.#membersOfInterface(type, source);
    if (type.type === 'TSTypeAliasDeclaration')
      return this.#membersOf(at(type, 'typeAnnotation') ?? type, source);
    if (type.type !== 'TSTypeReference') return undefined;
    const name = nameOf(at(type, 'typeName')) ?? '';
    const [of, keys] = listAt(at(type, 'typeArguments'), 'params');
    if (of && keys && (name === 'Omit' || name === 'Pick')) {
      const named = new Set(literalsOf(keys));
      const members = [...(this.#membersOf(of, source) ?? [])];
      return new Map(members.filter(([key]) => named.has(key) === (name === 'Pick')));
    }
    const found = this.#names.find(source, type, name);
    return found && this.#membersOf(found.node, found.source);
  }

  #membersOfInterface(type: Node, source: Source): Map<string, Member> | undefined {
    const above = new Map<string, Member>();
    for (const parent of listAt(type, 'extends')) {
      const found = this.#names.find(source, type, nameOf(at(parent, 'expression')) ?? '');
      const members = found && this.#membersOf(found.node, found.source);
      if (!members) return undefined;
      for (const [name, member] of members) above.set(name, member);
    }
    return new Map([...above, ...ownMembers(listAt(at(type, 'body'), 'body'), source)]);
  }

  #all(types: Node[], source: Source): Map<string, Member> | undefined {
    const all = types.map((each) => this.#membersOf(each, source));
    return all.includes(undefined) ? undefined : new Map(all.flatMap((each) => [...(each ?? [])]));
  }

  #kindsOf(type: Node, source: Source): string[] {
    const plain = KEYWORDS[type.type];
    if (plain) return [plain];
    const inner = at(type, 'typeAnnotation');
    if (/^(TSTypeOperator|TSParenthesizedType|TSTypeAliasDeclaration)$/.test(type.type) && inner)
      return this.#kindsOf(inner, source);
    if (type.type === 'TSUnionType')
      return listAt(type, 'types').flatMap((each) => this.#kindsOf(each, source));
    if (type.type === 'TSLiteralType') return [typeof at(type, 'literal')?.['value']];
    if (type.type === 'TSIndexedAccessType') return this.#kindsOfIndexed(type, source);
    return type.type === 'TSTypeReference' ? this.#kindsOfNamed(type, source) : ['unknown'];
  }

  #kindsOfIndexed(type: Node, source: Source): string[] {
    const object = at(type, 'objectType');
    const [key] = literalsOf(at(type, 'indexType') ?? type);
    const member = object && key !== undefined ? this.#membersOf(object, source)?.get(key) : undefined;
    return member ? this.#kindsOf(member.node, member.source) : ['unknown'];
  }

  #kindsOfNamed(type: Node, source: Source): string[] {
    const name = nameOf(at(type, 'typeName')) ?? '';
    const known = NAMED[name];
    if (known) return [known];
    const of = listAt(at(type, 'typeArguments'), 'params')[0];
    if (of && /^(Exclude|Extract|NonNullable)$/.test(name))
      return this.#kindsOf(of, source).filter((kind) => kind !== 'null');
    const found = this.#names.find(source, type, name);
    return found && !found.parameterOf ? this.#kindsOf(found.node, found.source) : ['unknown'];
  }
}

function ownMembers(nodes: readonly Node[], source: Source): Map<string, Member> {
  const members = new Map<string, Member>();
  for (const each of nodes) {
    const key = at(each, 'key');
    const node = at(each, 'typeAnnotation', 'typeAnnotation');
    if (!key || !node) continue;
    members.set(nameOf(key) ?? String(key['value']), { node, source, optional: each['optional'] === true });
  }
  return members;
}

/** The words of `'a' | 'b'`. */
function literalsOf(type: Node): string[] {
  if (type.type === 'TSUnionType') return listAt(type, 'types').flatMap(literalsOf);
  return type.type === 'TSLiteralType' ? [String(at(type, 'literal')?.['value'])] : [];
}
