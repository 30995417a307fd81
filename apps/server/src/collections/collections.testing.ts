/** For tests only: a lender at work. */
import { sql } from 'kysely';
import type { Db } from '../platform/index.ts';
import type { Guest, TestServer } from '../server.testing.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** Today by the clock of the lender of tests, who is in UTC. */
export const today = new Date().toISOString().slice(0, 10);
/** The day so many days from today. */
export const inDays = (days: number): string =>
  new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10);

/** What tests of collections ask of a server. */
export function lenderAt(server: TestServer, manager: Guest) {
  const ask = async (method: Method, url: string, who: Guest, payload?: object) => {
    const { headers } = who;
    const answer = await server.app.inject({ method, url, headers, ...(payload ? { payload } : {}) });
    return { status: answer.statusCode, body: answer.json() };
  };
  const get = (url: string, who: Guest) => ask('GET', `/api/v1/${url}`, who);
  const post = (url: string, who: Guest, payload: object) => ask('POST', `/api/v1/${url}`, who, payload);
  /** A debtor with a credit of 300.00, given to a collector. */
  const lend = async (
    name: string,
    endDate: string,
    more: { to?: Guest; installments?: object[]; debtor?: object } = {},
  ) => {
    const { body: debtor } = await post('debtors', manager, { name, phone: '+57 1', ...more.debtor });
    const { installments } = more;
    const terms = { debtorId: debtor.id, amount: 30_000, currency: 'COP', endDate };
    const { body: credit } = await post('credits', manager, {
      ...terms,
      ...(installments ? { installments } : {}),
    });
    if (more.to) await post('assignments', manager, { debtorId: debtor.id, collectorId: more.to.personId });
    return { debtor, credit };
  };
  const inbox = async (who: Guest, type: string) =>
    (await ask('GET', '/api/v1/inbox?after=0&limit=200', who)).body.items.filter(
      (item: { type: string }) => item.type === type,
    );
  return { ask, get, post, lend, inbox };
}

/** A database where something happens just before each transaction: between what was read and what follows from it. */
export function meanwhileIn(db: Db, happens: () => Promise<unknown>): Db {
  const transaction = () => ({
    execute: async (work: Parameters<ReturnType<Db['transaction']>['execute']>[0]) => {
      await happens();
      return await db.transaction().execute(work);
    },
  });
  return new Proxy(db, {
    get(target, name) {
      if (name === 'transaction') return transaction;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** Lets the server's own check, due in its first minute, wait for an hour: on a slow machine it would tell before the test does. */
export async function checkedJustNow({ db }: Pick<TestServer, 'db'>): Promise<void> {
  await sql`insert into collections.lease (name, until, done_at) values ('attention', now(), now())
    on conflict (name) do update set done_at = now()`.execute(db);
}
