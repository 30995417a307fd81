import { sql } from 'kysely';
import type { Db } from '../platform/index.ts';

/** How far a LiveKit's clock was off, and when that was last said. */
export interface KeptClock {
  readonly key: string;
  readonly offsetMs: number;
  readonly heardAt: Date;
}

/** What is kept of these LiveKits' clocks. */
export async function keptClocks(db: Db, keys: readonly string[]): Promise<KeptClock[]> {
  const { rows } = await sql<KeptClock>`
    select key, offset_ms::float8 as "offsetMs", heard_at as "heardAt" from presence.livekit_clock
     where key = any(${[...keys]}::text[])`.execute(db);
  return rows;
}

/** Keeps it, for the next start. */
export async function keepClock(db: Db, { key, offsetMs, heardAt }: KeptClock): Promise<void> {
  await sql`insert into presence.livekit_clock (key, offset_ms, heard_at) values (${key}, ${Math.round(offsetMs)}, ${heardAt})
    on conflict (key) do update set offset_ms = excluded.offset_ms, heard_at = excluded.heard_at`.execute(db);
}
