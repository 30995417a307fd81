import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import type { Db, Job } from '../platform/index.ts';

/** Refused tries within a minute: an account, from wherever; an address, whoever is tried. */
const OF_ACCOUNT_MAX = 10;
const OF_ADDRESS_MAX = 30;
const WITHIN_MS = 60_000;
/** Who has not signed in from somewhere for so long is a stranger there. */
const HOME_KEPT_MS = 90 * 86_400_000;
const FORGET_EVERY_MS = 600_000;

/** Who is being signed in, and from which address or network. */
export interface Tried {
  readonly account: string;
  readonly address: string;
}

/** A try that was counted: it goes on counting, unless it is given back. */
export interface Counted {
  giveBack(): Promise<void>;
}

/** A try that is one too many. */
export interface Refused {
  readonly most: number;
  readonly leftMs: number;
  /** Whether the address has had its tries, whoever it would try next. */
  readonly ofAddress: boolean;
}

/** What the counts need. */
export interface SharedTriesDeps {
  readonly db: Db;
  readonly clock: { now(): number };
  /** Keys of the rows are made with it. */
  readonly secret: string;
}

/**
 * The counts of all nodes, in the database that they share: who guesses at two of them gets no further than at one, nor does a
 * restart forgive anything.
 */
export class SharedTries {
  readonly #deps: SharedTriesDeps;

  constructor(deps: SharedTriesDeps) {
    this.#deps = deps;
  }

  /** Counts a try, if there may be another one. */
  async count(tried: Tried): Promise<Counted | Refused> {
    const { db, clock } = this.#deps;
    const keys = this.#keysOf(tried);
    const now = clock.now();
    const until = new Date(now + WITHIN_MS);
    // Rows are locked in the order of their keys. A row of later than a minute from now is of a clock that was put back.
    const { rows } = await sql<{ key: string }>`
      with who as (
        select ${keys.address}::text as key, ${OF_ADDRESS_MAX}::int as most
        union all
        select case when exists (select from access.sign_in_home h where h.key = ${keys.home})
                    then ${keys.home}::text else ${keys.account}::text end, ${OF_ACCOUNT_MAX}::int)
      insert into access.sign_in_try as t (key, refused, most, until_at)
      select key, 1, most, ${until}::timestamptz from who order by key
      on conflict (key) do update set most = excluded.most,
        refused = case when t.until_at between ${new Date(now)}::timestamptz and excluded.until_at then t.refused + 1 else 1 end,
        until_at = case when t.until_at between ${new Date(now)}::timestamptz and excluded.until_at then t.until_at else excluded.until_at end
      where t.refused < excluded.most or t.until_at not between ${new Date(now)}::timestamptz and excluded.until_at
      returning key`.execute(db);
    const counted = rows.map(({ key }) => key);
    if (counted.length === 2) return { giveBack: () => this.#giveBack(counted) };
    await this.#giveBack(counted);
    return await this.#refused(keys, now);
  }

  /** Somebody has signed in here. */
  async keepHome(tried: Tried): Promise<void> {
    const { db, clock } = this.#deps;
    const { home } = this.#keysOf(tried);
    await sql`insert into access.sign_in_home as h (key, at) values (${home}, ${new Date(clock.now())}::timestamptz)
      on conflict (key) do update set at = excluded.at where h.at < excluded.at - interval '1 day'`.execute(
      db,
    );
  }

  /** What counts no more is forgotten. */
  forget(): Job {
    const { db, clock } = this.#deps;
    return {
      name: 'old sign-in tries',
      everyMs: FORGET_EVERY_MS,
      async run() {
        const now = clock.now();
        await sql`delete from access.sign_in_try where until_at < ${new Date(now)}::timestamptz`.execute(db);
        await sql`delete from access.sign_in_home where at < ${new Date(now - HOME_KEPT_MS)}::timestamptz`.execute(
          db,
        );
      },
    };
  }

  async #refused(keys: Record<'address' | 'home' | 'account', string>, now: number): Promise<Refused> {
    const { rows } = await sql<{ key: string; most: number; until: Date }>`
      select key, most, until_at as until from access.sign_in_try
      where key in (${keys.address}, ${keys.home}, ${keys.account}) and refused >= most and until_at > ${new Date(now)}::timestamptz
      order by key = ${keys.address} desc`.execute(this.#deps.db);
    const [full] = rows;
    // In between another try may have been given back: whoever asks again at once is looked at.
    if (!full) return { most: OF_ACCOUNT_MAX, leftMs: 0, ofAddress: false };
    return {
      most: full.most,
      leftMs: full.until.getTime() - now,
      ofAddress: full.key === keys.address,
    };
  }

  async #giveBack(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await sql`with locked as (
        select key from access.sign_in_try where key = any(${[...keys]}::text[]) order by key for update)
      update access.sign_in_try t set refused = greatest(0, t.refused - 1) from locked where t.key = locked.key`.execute(
      this.#deps.db,
    );
  }

  #keysOf({ account, address }: Tried): Record<'address' | 'home' | 'account', string> {
    const hash = (text: string): string =>
      createHmac('sha256', this.#deps.secret).update(text).digest('base64url');
    const name = account.toLowerCase();
    return {
      address: hash(`address ${address}`),
      home: hash(`home ${address} ${name}`),
      account: hash(`account ${name}`),
    };
  }
}
