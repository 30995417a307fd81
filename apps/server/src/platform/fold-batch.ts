import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import { eachApart, isOfTheItem } from './apart.ts';
import type { DbOrTx, Tx } from './database.ts';
import type { AfterCommit, LogRow, LogSource, Stage } from './stage.ts';
import { noLongerStuck, putAside, stuckKeys, toRetry, type Stuck } from './stuck.ts';

/** Rows in one transaction of a stage: each costs the less the more come together, and webhooks wait meanwhile. */
const BATCH = 4_000;
/** Rows in one statement, so that the statements of others come between. */
const READ_AT_ONCE = 1_000;

/** What a batch has brought. */
export interface Taken {
  /** Where the stage is now. */
  readonly cursor: bigint;
  /** How many rows it has read. */
  readonly rows: number;
  /** Keys that are to be tried again, because somebody asked for it. */
  readonly wanted: boolean;
}

interface Batch<Row> {
  readonly after: bigint;
  readonly upTo: bigint;
  readonly rows: Row[];
}

/**
 * One batch of a stage: what its facts mean and its cursor are written in one transaction. A batch that fails is folded
 * once more, each key by itself where need be: a key that fails is put aside, everything else goes on.
 */
export async function takeBatch<Row extends LogRow>(
  source: LogSource<Row>,
  stage: Stage<Row>,
): Promise<Taken> {
  const { db } = source;
  const seen = await placeOf(db, source, stage);
  if (seen.end <= seen.after) return { cursor: seen.after, rows: 0, wanted: seen.wanted };
  const { cursor, rows, told } = await whole(source, stage, seen).catch(async (error: unknown) => {
    if (!isOfTheItem(error)) throw error;
    return await db.transaction().execute((tx) => apart(tx, source, stage));
  });
  for (const say of told) say?.();
  return { cursor, rows, wanted: seen.wanted };
}

interface Folded {
  readonly cursor: bigint;
  readonly rows: number;
  readonly told: readonly AfterCommit[];
}

/** The batch at once. What can be is worked out ahead; it is thrown away when another node has moved the cursor. */
async function whole<Row extends LogRow>(
  source: LogSource<Row>,
  stage: Stage<Row>,
  seen: Place,
): Promise<Folded> {
  const { db } = source;
  const early = stage.prepare && (await prepared(db, { source, stage, place: seen }));
  return await db.transaction().execute(async (tx) => {
    const place = await lockCursor(tx, source, stage);
    if (place.end <= place.after) return { cursor: place.after, rows: 0, told: [] };
    const isGood = early?.after === place.after;
    const { rows, upTo, write } = isGood ? early : await prepared(tx, { source, stage, place });
    const told = await write(tx);
    await moveCursor(tx, stage, upTo);
    return { cursor: upTo, rows: rows.length, told: [told] };
  });
}

interface Prepared<Row> extends Batch<Row> {
  write(tx: Tx): Promise<AfterCommit>;
}

async function prepared<Row extends LogRow>(
  db: DbOrTx,
  of: { source: LogSource<Row>; stage: Stage<Row>; place: Place },
): Promise<Prepared<Row>> {
  const { source, stage, place } = of;
  const batch = await readBatch(db, source, place);
  const facts = await passing(db, stage, batch.rows);
  if (facts.length === 0) return { ...batch, write: async () => undefined };
  const write = stage.prepare ? await stage.prepare(db, facts) : (tx: Tx) => stage.apply(tx, facts);
  return { ...batch, write };
}

/** The batch with every key that fails by itself put aside. */
async function apart<Row extends LogRow>(tx: Tx, source: LogSource<Row>, stage: Stage<Row>): Promise<Folded> {
  const place = await lockCursor(tx, source, stage);
  const { rows, upTo } = await readBatch(tx, source, place);
  const { results, failed } = await eachApart(tx, await passing(tx, stage, rows), {
    keyOf: (fact) => stage.keyOf(fact),
    run: (facts) => stage.apply(tx, facts),
  });
  for (const { key, items, error } of failed) {
    const seq = items[0]?.seq ?? 0n;
    source.log.error(
      { err: error, stage: stage.name, key, seq: String(seq) },
      'a key is stuck: a fact of it does not fold',
    );
    await putAside(tx, { stage: stage.name, key, seq, error });
  }
  await moveCursor(tx, stage, upTo);
  return { cursor: upTo, rows: rows.length, told: results };
}

/** Those facts that do not wait behind one that is stuck. */
async function passing<Row extends LogRow>(db: DbOrTx, stage: Stage<Row>, rows: Row[]): Promise<Row[]> {
  const waiting = await stuckKeys(db, stage.name);
  return waiting.size === 0 ? rows : rows.filter((row) => !waiting.has(stage.keyOf(row)));
}

/** Tries keys that are stuck again, from their first fact on: all of a stage, or those that somebody asked for. */
export async function retryStuck<Row extends LogRow>(
  source: LogSource<Row>,
  stage: Stage<Row>,
  all: boolean,
): Promise<void> {
  for (const stuck of await toRetry(source.db, stage.name, all)) {
    const told = await source.db.transaction().execute((tx) => retry(tx, { source, stage, stuck }));
    for (const say of told) say?.();
  }
}

async function retry<Row extends LogRow>(
  tx: Tx,
  of: { source: LogSource<Row>; stage: Stage<Row>; stuck: Stuck },
): Promise<AfterCommit[]> {
  const { source, stage, stuck } = of;
  const { key, seq } = stuck;
  const { after } = await lockCursor(tx, source, stage);
  const facts: Row[] = [];
  for (let from = seq - 1n; from < after;) {
    const rows = await source.read(tx, from, after, READ_AT_ONCE);
    facts.push(...rows.filter((row) => stage.keyOf(row) === key));
    from = rows.at(-1)?.seq ?? after;
  }
  const { results, failed } = await eachApart(tx, facts, {
    keyOf: () => key,
    run: (some) => stage.apply(tx, some),
  });
  const [failure] = failed;
  if (failure) await putAside(tx, { stage: stage.name, key, seq, error: failure.error });
  else await noLongerStuck(tx, stage.name, key);
  source.log.info({ stage: stage.name, key, passed: !failure }, 'a key that was stuck was tried again');
  return results;
}

/** The next rows and how far they reach. */
async function readBatch<Row extends LogRow>(
  db: DbOrTx,
  source: LogSource<Row>,
  { after, end }: Place,
): Promise<Batch<Row>> {
  const rows: Row[] = [];
  let upTo = after;
  while (upTo < end && rows.length < BATCH) {
    const more = await source.read(db, upTo, end, READ_AT_ONCE);
    rows.push(...more);
    upTo = more.length === READ_AT_ONCE ? (more.at(-1)?.seq ?? end) : end;
  }
  return { after, upTo, rows };
}

/** Where a stage is, and how far it may go: to the log's head, or to the stage that it follows. */
interface Place {
  readonly after: bigint;
  readonly end: bigint;
  readonly wanted: boolean;
}

async function placeOf<Row extends LogRow>(
  db: DbOrTx,
  { topic }: LogSource<Row>,
  { name, after: behind }: Stage<Row>,
): Promise<Place> {
  const { rows } = await sql<{ after: bigint | null; end: bigint | null; wanted: boolean }>`
    select (select f.seq from platform.follower f where f.name = ${name}) as after, (${endOf(topic, behind)}) as "end",
      exists (select from platform.stuck s where s.stage = ${name} and s.wanted) as wanted`.execute(db);
  const [place] = rows;
  return { after: place?.after ?? 0n, end: place?.end ?? 0n, wanted: place?.wanted ?? false };
}

function endOf(topic: string, behind: string | undefined): RawBuilder<unknown> {
  return behind
    ? sql`select a.seq from platform.follower a where a.name = ${behind}`
    : sql`select h.seq from platform.log_head h where h.name = ${topic}`;
}

/** {@link placeOf}, with the cursor locked. */
async function lockCursor<Row extends LogRow>(
  tx: Tx,
  { topic }: LogSource<Row>,
  { name, after: behind }: Stage<Row>,
): Promise<Place> {
  const read = () =>
    sql<{ after: bigint; end: bigint | null }>`
      select f.seq as after, (${endOf(topic, behind)}) as "end"
      from platform.follower f where f.name = ${name} for update of f`.execute(tx);
  let { rows } = await read();
  if (!rows[0]) {
    await sql`insert into platform.follower (name) values (${name}) on conflict do nothing`.execute(tx);
    ({ rows } = await read());
  }
  return { after: rows[0]?.after ?? 0n, end: rows[0]?.end ?? 0n, wanted: false };
}

async function moveCursor<Row extends LogRow>(tx: Tx, { name }: Stage<Row>, upTo: bigint): Promise<void> {
  await sql`update platform.follower set seq = ${upTo}, moved_at = now() where name = ${name}`.execute(tx);
}
