import { expect, test } from 'vitest';
import { checkOwnership } from './ownership.mjs';
import { file, places } from './testing.mjs';

test('a module writes to its own schema and reads any', () => {
  const good = file(
    'apps/server/src/calls/store.ts',
    'sql`insert into calls.call values (1)`; sql`select 1 from presence.fact for update`;\n',
  );
  expect(checkOwnership([good])).toEqual([]);
});

test('a write to the schema of another module is found', () => {
  const files = [
    file(
      'apps/server/src/calls/store.ts',
      'sql`\n  update presence.fact set x = 1`;\nsql`delete from ledger.posting`;\n',
    ),
  ];
  expect(places(checkOwnership(files))).toEqual([
    'apps/server/src/calls/store.ts:2',
    'apps/server/src/calls/store.ts:3',
  ]);
});

test('a migration makes things of its own schema; its functions may call others', () => {
  const files = [
    file('apps/server/sql/0003_ledger.sql', 'create schema ledger;\ncreate table ledger.posting (x int);\n'),
    file('apps/server/sql/0006_metering.sql', 'create table metering.a (x int);\nselect ledger.post();\n'),
    file(
      'apps/server/sql/0008_metering_charge.sql',
      '-- create table ledger.x\ncreate or replace function ledger.y()\n',
    ),
  ];
  expect(places(checkOwnership(files))).toEqual(['apps/server/sql/0008_metering_charge.sql:2']);
});

test('two migrations of one number are found', () => {
  const files = ['0007_ledger.sql', '0007_metering.sql', '0008_metering.sql'].map((name) =>
    file(`apps/server/sql/${name}`, ''),
  );
  expect(places(checkOwnership(files))).toEqual(['apps/server/sql/0007_metering.sql:1']);
});
