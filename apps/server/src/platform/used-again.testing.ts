/** For tests only: databases that are used again, because a new one takes a third of a second of the processor, or a second embedded. */

/** Runs one statement. */
export type Ask = <Row>(text: string, params?: readonly unknown[]) => Promise<Row[]>;

/** How databases of a kind are made, all alike. */
export interface Making<T> {
  make(): Promise<T>;
  /** Runs statements, one after another, in one session that nobody else has. */
  session<R>(of: T, run: (ask: Ask) => Promise<R>): Promise<R>;
  drop(of: T): Promise<void>;
}

/** A database, and how to give it back. */
export interface Taken<T> {
  readonly it: T;
  giveBack(): void;
}

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

const SEQUENCES = `select 'select ' || coalesce(string_agg(format('setval(%L, %s, %L)', seqrelid::regclass,
    coalesce(pg_sequence_last_value(seqrelid), seqstart), pg_sequence_last_value(seqrelid) is not null), ', '), '') as sequences
  from pg_sequence`;

/** A table that nobody wrote into has no page. */
const WRITTEN = `select format('%I.%I', nspname, relname) as name from pg_class join pg_namespace n on n.oid = relnamespace
  where relkind = 'r' and ${OURS} and pg_relation_size(pg_class.oid) > 0`;

interface Kept<T> {
  readonly it: T;
  readonly before: Before;
}

/** Databases that are all made alike, each of them one test's at a time. */
export class UsedAgain<T> {
  readonly #making: Making<T>;
  readonly #free: Kept<T>[] = [];

  constructor(making: Making<T>) {
    this.#making = making;
  }

  /** One that was given back, as it was when it was new; else a new one. */
  async take(): Promise<Taken<T>> {
    const kept = (await this.#asBefore()) ?? (await this.#anew());
    let isTaken = true;
    const giveBack = (): void => {
      // Closed twice it is nobody's twice.
      if (isTaken) this.#free.push(kept);
      isTaken = false;
    };
    return { it: kept.it, giveBack };
  }

  async #asBefore(): Promise<Kept<T> | undefined> {
    for (let kept = this.#free.pop(); kept; kept = this.#free.pop()) {
      const { it, before } = kept;
      if (await this.#making.session(it, (ask) => isAsBefore(ask, before)).catch(() => false)) return kept;
      await this.#making.drop(it);
    }
    return undefined;
  }

  async #anew(): Promise<Kept<T>> {
    const it = await this.#making.make();
    return { it, before: await this.#making.session(it, look) };
  }
}

async function look(ask: Ask): Promise<Before> {
  const rows = new Map<string, string>();
  for (const { name } of await ask<{ name: string }>(WRITTEN)) {
    const [all] = await ask<{ rows: string }>(
      `select coalesce(jsonb_agg(t), '[]')::text as rows from ${name} t`,
    );
    rows.set(name, all?.rows ?? '[]');
  }
  const [shape] = await ask<{ shape: string }>(SHAPE);
  const [sequences] = await ask<{ sequences: string }>(SEQUENCES);
  return { shape: shape?.shape ?? '', rows, sequences: sequences?.sequences ?? '' };
}

/** Empties it and puts back what it held; false where more than rows was changed. */
async function isAsBefore(ask: Ask, before: Before): Promise<boolean> {
  await ask('rollback');
  await ask('discard all');
  const [now] = await ask<{ shape: string }>(SHAPE);
  if (now?.shape !== before.shape) return false;
  await ask('begin');
  // Without triggers: neither is the past kept from those who may throw it away, nor does anybody hear of it.
  await ask(`set local session_replication_role = 'replica'`);
  const names = (await ask<{ name: string }>(WRITTEN)).map(({ name }) => name);
  if (names.length > 0) await ask(`truncate ${names.join(', ')} cascade`);
  for (const [name, rows] of before.rows) await putBack(ask, name, rows);
  await ask(before.sequences);
  await ask('commit');
  return true;
}

async function putBack(ask: Ask, name: string, rows: string): Promise<void> {
  const [columns] = await ask<{ names: string }>(
    `select string_agg(quote_ident(attname), ', ' order by attnum) as names from pg_attribute
     where attrelid = $1::text::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    [name],
  );
  const names = columns?.names ?? '';
  await ask(
    `insert into ${name} (${names}) overriding system value
     select ${names} from jsonb_populate_recordset(null::${name}, $1::text::jsonb)`,
    [rows],
  );
}
