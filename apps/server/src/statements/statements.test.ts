import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDatabases, type Field, type TestDatabase } from '../platform/testing.ts';
import { RowTypes, type Key } from './row-types.testing.ts';
import { parse, readSources } from './sources.testing.ts';
import { statementsOf, type Statement } from './statements.testing.ts';

/** No fewer than these may be described: lower it only with statements that you delete. */
const FEWEST = 160;

/** Columns that are null in some rows, but in none of these; with why. What is not needed any more has to go. */
const NEVER_NULL_HERE: Record<string, string> = {
  'calls/store.ts callId': 'the facts of given calls',
  'ledger/coin-requests.ts personId': 'owner_id, where it is not null',
  'ledger/audit.ts id': 'the ids of entries that are no charges, which have one by a constraint',
  'metering/audit-charges.ts unit': 'a charge, which has a unit by a constraint',
  'metering/cut.ts finalAt': 'exhausted_at, where it is not null',
  'metering/receipt.ts unit': 'a charge or its correction, which have a unit by a constraint',
  'metering/warn.ts finalAt': 'final_at, where it is not null',
  'presence/audit.ts sid': 'the sids after a given one',
};

/** What the drivers make of a column, by the oid of its type (see platform/database.ts). */
const MADE_OF: Record<number, string> = {
  16: 'boolean',
  17: 'object',
  20: 'bigint',
  21: 'number',
  23: 'number',
  25: 'string',
  114: 'json',
  700: 'number',
  701: 'number',
  1009: 'array',
  1016: 'array',
  1043: 'string',
  1184: 'Date',
  1700: 'string',
  3802: 'json',
};
const JSON_KINDS = ['object', 'array', 'string', 'number', 'boolean'];

/** Whether a column of a table is null in some rows; undefined where it is computed. */
type MayBeNull = (field: Field) => boolean | undefined;

const sources = readSources();
const found = statementsOf(sources);

test('every `sql` tag is a statement or a part of one that is described', () => {
  expect(found.unreached).toEqual([]);
  expect(found.all.length).toBeGreaterThanOrEqual(FEWEST);
});

for (const store of await openTestDatabases()) {
  describe(`statements on ${store.name}`, () => {
    let database: TestDatabase;
    let mayBeNull: MayBeNull;
    beforeAll(async () => {
      database = await store.open();
      const { rows } = await sql<{ key: string; nullable: boolean }>`
        select attrelid::text || '.' || attnum as key, not attnotnull as nullable from pg_attribute`.execute(
        database.db,
      );
      const columns = new Map(rows.map(({ key, nullable }) => [key, nullable]));
      mayBeNull = ({ tableID, columnID }) => columns.get(`${tableID}.${columnID}`);
    });
    afterAll(() => database.close());

    test(`the ${found.all.length} statements fit the migrated schema, and their rows what is said of them`, async () => {
      const unused = new Set(Object.keys(NEVER_NULL_HERE));
      const wrong = new Set<string>();
      for (const statement of found.all) {
        const fields = await database.describe(statement.text).catch((error: unknown) => String(error));
        if (typeof fields === 'string') wrong.add(`${statement.place}: ${fields}`);
        else for (const says of differences(statement, fields, { mayBeNull, unused })) wrong.add(says);
      }
      expect([...wrong]).toEqual([]);
      expect([...unused]).toEqual([]);
    });

    test.each([
      [
        'a column that is not there',
        '{ id: string }',
        'select nam as id from access.person',
        /does not exist/,
      ],
      [
        'a key that is not selected',
        '{ id: string; name: string }',
        'select id from access.person',
        /no name/,
      ],
      ['a column that is not declared', '{ id: string }', 'select id, name from access.person', /name: unde/],
      ['another type', '{ seq: number }', 'select seq from presence.fact', /seq: is bigint, not number/],
      ['a null that is not declared', '{ email: string }', 'select email from access.person', /may be null/],
      ['a null that never comes', '{ id: string | null }', 'select id from access.person', /never null/],
    ])('%s is found', async (_name, type, text, words) => {
      const path = 'apps/server/src/a.ts';
      const source = parse(path, `interface Row ${type}\nawait sql<Row>\`${text}\`.execute(db);`);
      const [statement] = statementsOf(new Map([[path, source]])).all;
      if (!statement) throw new Error('no statement');
      const fields = database.describe(statement.text);
      const all = fields.then((some) => [...differences(statement, some, { mayBeNull, unused: new Set() })]);
      expect(String(await all.catch(String))).toMatch(words);
    });
  });
}

/** What the rows of a statement are and its row type does not say, or says otherwise. */
function* differences(
  { place, text, rowType, source }: Statement,
  fields: readonly Field[],
  known: { mayBeNull: MayBeNull; unused: Set<string> },
): Generator<string> {
  if (!rowType) return;
  const keys = new RowTypes(new Map([...sources, [source.path, source]])).keysOf(rowType, source);
  if (!keys) return yield `${place}: its row type cannot be read here: name its keys`;
  const names = new Set(fields.map(({ name }) => name));
  for (const [name, { optional }] of keys)
    if (!optional && !names.has(name)) yield `${place} has no ${name}, which its row type has`;
  for (const field of fields) {
    const key = keys.get(field.name);
    const says = key ? typeFault(key, field) : 'undeclared in its row type';
    if (says) yield `${place} ${field.name}: ${says}`;
    if (key) yield* nullFaults({ place, text, key, field }, known);
  }
}

function typeFault({ kinds }: Key, { dataTypeID }: Field): string | undefined {
  const made = MADE_OF[dataTypeID];
  if (made === undefined) return `is of type ${dataTypeID}, which MADE_OF lacks`;
  const allowed = made === 'json' ? JSON_KINDS : [made];
  const other = kinds.filter((kind) => kind !== 'null' && kind !== 'unknown' && !allowed.includes(kind));
  return other.length === 0 ? undefined : `is ${made}, not ${other.join(' | ')}`;
}

function* nullFaults(
  of: { place: string; text: string; key: Key; field: Field },
  { mayBeNull, unused }: { mayBeNull: MayBeNull; unused: Set<string> },
): Generator<string> {
  const { place, text, key, field } = of;
  if (key.kinds.includes('unknown')) return;
  const declared = key.kinds.includes('null');
  const actual = mayBeNull(field);
  const excuse = `${place.replace(/:\d+$/, '')} ${field.name}`;
  if (actual === true && !declared && !unused.delete(excuse) && !(excuse in NEVER_NULL_HERE))
    yield `${place} ${field.name}: may be null`;
  // The other side of an outer join is null where it has no row.
  if (actual === false && declared && !/\b(left|right|full)\s+(outer\s+)?join\b/i.test(text))
    yield `${place} ${field.name}: is never null`;
}
