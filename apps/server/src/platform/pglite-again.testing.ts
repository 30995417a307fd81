/** For tests only: embedded databases that are used again, because a new one takes a second to make and 0.2 s to clear. */
import type { PGlite } from '@electric-sql/pglite';

/** What a database is before anybody wrote into it. */
interface Before {
  /** Of everything that statements about tables may change. */
  readonly shape: string;
  /** Tables that hold rows from the start, by name, with their rows as JSON. */
  readonly rows: ReadonlyMap<string, string>;
  readonly sequences: string;
}

/** Our own schemas: what is not Postgres's. */
const OURS = `nspname !~ '^pg_' and nspname <> 'information_schema'`;

/**
 * The catalogs that truncating a table leaves alone, by how many rows they have and which transaction wrote last into
 * them: a trigger that a test made, a column that it took away, a function that it replaced.
 */
const SHAPE = `select string_agg(shape, ' ') as shape from (
  ${['namespace', 'attribute', 'attrdef', 'constraint', 'trigger', 'proc', 'rewrite', 'type', 'policy']
    .map(
      (name) =>
        `select '${name} ' || count(*) || ' ' || max(xmin::text::bigint) as shape from pg_catalog.pg_${name}`,
    )
    .join('\n  union all ')}
  union all select 'class ' || count(*) || ' ' || sum(hashtext(oid || relname || relnamespace)) from pg_catalog.pg_class
) shapes`;

const SEQUENCES = `select coalesce(string_agg(format('select setval(%L, %s, %L)', seqrelid::regclass,
    coalesce(pg_sequence_last_value(seqrelid), seqstart), pg_sequence_last_value(seqrelid) is not null), '; '), '') as sequences
  from pg_sequence`;

/** A table that nobody wrote into has no page. */
const WRITTEN = `select format('%I.%I', nspname, relname) as name from pg_class join pg_namespace n on n.oid = relnamespace
  where relkind = 'r' and ${OURS} and pg_relation_size(pg_class.oid) > 0`;

interface Kept {
  readonly pglite: PGlite;
  readonly before: Before;
}

/** Embedded databases that are all made alike. */
export class PglitesAgain {
  readonly #make: () => Promise<PGlite>;
  readonly #free: Kept[] = [];

  constructor(make: () => Promise<PGlite>) {
    this.#make = make;
  }

  /** One that was given back, as it was when it was new; else a new one. `close` gives it back. */
  async take(): Promise<{ pglite: PGlite; close: () => Promise<void> }> {
    const kept = (await this.#asBefore()) ?? (await this.#anew());
    const close = (): Promise<void> => {
      this.#free.push(kept);
      return Promise.resolve();
    };
    return { pglite: kept.pglite, close };
  }

  async #asBefore(): Promise<Kept | undefined> {
    for (let kept = this.#free.pop(); kept; kept = this.#free.pop()) {
      if (await isAsBefore(kept)) return kept;
      await kept.pglite.close();
    }
    return undefined;
  }

  async #anew(): Promise<Kept> {
    const pglite = await this.#make();
    return { pglite, before: await look(pglite) };
  }
}

async function look(pglite: PGlite): Promise<Before> {
  const rows = new Map<string, string>();
  for (const { name } of await ask<{ name: string }>(pglite, WRITTEN)) {
    const [all] = await ask<{ rows: string }>(
      pglite,
      `select coalesce(jsonb_agg(t), '[]')::text as rows from ${name} t`,
    );
    rows.set(name, all?.rows ?? '[]');
  }
  const [shape] = await ask<{ shape: string }>(pglite, SHAPE);
  const [sequences] = await ask<{ sequences: string }>(pglite, SEQUENCES);
  return { shape: shape?.shape ?? '', rows, sequences: sequences?.sequences ?? '' };
}

/** Empties it and puts back what it held; false where more than rows was changed, or it is of no use any more. */
async function isAsBefore({ pglite, before }: Kept): Promise<boolean> {
  try {
    await pglite.exec('rollback');
    await pglite.exec('discard all');
    const [now] = await ask<{ shape: string }>(pglite, SHAPE);
    if (now?.shape !== before.shape) return false;
    await pglite.transaction(async (tx) => {
      // Without triggers: neither is the past kept from those who may throw it away, nor does anybody hear of it.
      await tx.exec(`set local session_replication_role = 'replica'`);
      const names = (await tx.query<{ name: string }>(WRITTEN)).rows.map(({ name }) => name);
      if (names.length > 0) await tx.exec(`truncate ${names.join(', ')} cascade`);
      for (const [name, rows] of before.rows) await putBack(tx, name, rows);
      await tx.exec(before.sequences);
    });
    return true;
  } catch {
    return false;
  }
}

async function putBack(tx: Pick<PGlite, 'query'>, name: string, rows: string): Promise<void> {
  const columns = await tx.query<{ columns: string }>(
    `select string_agg(quote_ident(attname), ', ' order by attnum) as columns from pg_attribute
     where attrelid = $1::text::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    [name],
  );
  const listed = columns.rows[0]?.columns ?? '';
  await tx.query(
    `insert into ${name} (${listed}) overriding system value
     select ${listed} from jsonb_populate_recordset(null::${name}, $1::text::jsonb)`,
    [rows],
  );
}

async function ask<Row>(pglite: PGlite, text: string): Promise<Row[]> {
  return (await pglite.query<Row>(text)).rows;
}
