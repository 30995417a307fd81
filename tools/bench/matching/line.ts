import type { Role } from '@latido/protocol';
import type { Database } from '../../../apps/server/src/platform/index.ts';

/** Coins of each of the crowd. */
const COINS = 10_000;
/** What those on air ask who fit nobody; the crowd asks, and pays, {@link CROWD_PRICE}. */
const PRICES = [11, 12, 14, 15, 18, 20, 25, 30, 40, 60];
export const CROWD_PRICE = 10;
/** One in so many of the waiting fits the same number of the others, who have blocked them all. */
const FITTING_BUT_BLOCKED = 20;

/** Somebody with a page. */
export interface Somebody {
  readonly personId: string;
  /** What the team's own system calls them: the subject of their token. */
  readonly externalId: string;
  readonly side: 'payer' | 'earner';
  /** What they ask for when they come (again). */
  readonly wish: Readonly<Record<string, unknown>>;
  readonly roles: readonly Role[];
  readonly locale: 'en' | 'es';
  /** Of who is in line from the start: their row. */
  readonly row?: {
    readonly maxPrice: number | null;
    readonly language: string | null;
    readonly price: number | null;
  };
}

/** People who come in turn, a payer and an earner; they speak Spanish, and pay and ask the same. */
export function crowdOf(count: number): Somebody[] {
  return Array.from({ length: count }, (_, n) => {
    const isPayer = n % 2 === 0;
    return {
      personId: `person_crowd${n}`,
      externalId: `crowd${n}`,
      side: isPayer ? 'payer' : 'earner',
      wish: isPayer ? { maxPrice: CROWD_PRICE, language: 'es', connectAtOnce: true } : { planId: 'standard' },
      roles: [isPayer ? 'client' : 'model'],
      locale: 'es',
    };
  });
}

/**
 * A line that fits nobody. Payers with twenty wishes: limits of 1 to 7 coins, in English, Spanish or whatever language; and some with the
 * crowd's own limit, in English, whom those on air have blocked who ask as little. Earners at ten prices in both languages.
 */
export function lineOf(waiting: number): Somebody[] {
  const payers = Array.from({ length: waiting }, (_, n): Somebody => {
    const isBlocked = n < FITTING_BUT_BLOCKED;
    const maxPrice = isBlocked ? CROWD_PRICE : 1 + (n % 7);
    const language = isBlocked ? 'en' : ([null, 'en', 'es'] as const)[n % 3]!;
    const row = { maxPrice, language, price: null };
    const wish = { maxPrice, language };
    return { ...named('payer', n), side: 'payer', wish, row, roles: ['client'], locale: 'en' };
  });
  const earners = Array.from({ length: waiting }, (_, n): Somebody => {
    const isBlocked = n < FITTING_BUT_BLOCKED;
    const price = isBlocked ? CROWD_PRICE : PRICES[n % PRICES.length]!;
    const locale = isBlocked || n % 20 < 10 ? 'en' : 'es';
    const wish = { planId: planAt(price) };
    const row = { maxPrice: null, language: locale, price };
    return { ...named('earner', n), side: 'earner', wish, row, roles: ['model'], locale };
  });
  return [...payers, ...earners];
}

const named = (what: string, n: number) => ({ personId: `person_${what}${n}`, externalId: `${what}${n}` });
const planAt = (price: number): string => (price === CROWD_PRICE ? 'standard' : `bench${price}`);

/** Blocks: all who fit of the line, and some between the crowd and the line, who would not have met anyway. */
function blocksOf(line: readonly Somebody[], crowd: readonly Somebody[]): [string, string][] {
  const fitting = line.filter(
    ({ wish, row }) => wish['planId'] === 'standard' || row?.maxPrice === CROWD_PRICE,
  );
  const [payers, earners] = (['payer', 'earner'] as const).map((side) =>
    fitting.filter((one) => one.side === side),
  );
  const all = (payers ?? []).flatMap((payer) =>
    (earners ?? []).map((earner): [string, string] => [earner.personId, payer.personId]),
  );
  const some = crowd.flatMap(({ personId }, n): [string, string][] => {
    const other = line[(n * 7) % line.length];
    return n % 4 === 0 && other ? [[personId, other.personId]] : [];
  });
  return [...all, ...some];
}

/** Writes them all: people, their roles, wallets, plans, blocks. */
export async function makePeople(
  database: Database,
  { line, crowd }: { line: readonly Somebody[]; crowd: readonly Somebody[] },
): Promise<void> {
  const people = [...line, ...crowd];
  const payers = people.filter(({ side }) => side === 'payer');
  await database.script(`
    insert into metering.price_plan
      select r.* from metering.price_plan standard, unnest(array[${PRICES.join()}]) p, jsonb_populate_record(null::metering.price_plan,
        to_jsonb(standard) || jsonb_build_object('id', 'bench' || p, 'price', p, 'initial_price', p)) r where standard.id = 'standard';
    insert into metering.plan_offer (earner_id, plan_id, is_default) select '', 'bench' || p, false from unnest(array[${PRICES.join()}]) p;
    insert into access.person (id, external_id, name, locale)
      select "personId", "externalId", initcap("externalId"), locale
        from jsonb_to_recordset(${json(people)}) as r ("personId" text, "externalId" text, locale text);
    insert into access.person_role (person_id, role)
      select "personId", roles ->> 0 from jsonb_to_recordset(${json(people)}) as r ("personId" text, roles jsonb);
    insert into ledger.account (id, kind, owner_id)
      select 'account_' || "personId", 'wallet', "personId" from jsonb_to_recordset(${json(payers)}) as r ("personId" text);
    insert into ledger.balance (account_id, posted)
      select id, ${COINS} from ledger.account where id like 'account_person%';
    insert into ledger.credit_lot (id, account_id, kind, amount)
      select 'lot_' || id, id, 'gift', ${COINS} from ledger.account where id like 'account_person%';
    insert into access.block (by_id, of_id, created_at)
      select b ->> 0, b ->> 1, now() from jsonb_array_elements(${json(blocksOf(line, crowd))}) b;
    analyze;
  `);
}

/** Puts those of the line into it, as heard just now, or, where nobody gives their signs, as heard for a day. */
export async function fillLine(
  database: Database,
  { line, isHeardForADay }: { line: readonly Somebody[]; isHeardForADay: boolean },
): Promise<void> {
  const heardAt = isHeardForADay ? `now() + interval '1 day'` : 'now()';
  const rows = line.map(({ personId, side, wish, row }) => ({
    personId,
    side,
    planId: wish['planId'] ?? null,
    ...row,
  }));
  await database.script(`
    insert into matching.waiting (person_id, side, since, free_since, beat_at, max_price, language, plan_id, price, first_hold, page)
      select "personId", side, now(), now(), ${heardAt}, "maxPrice", language, "planId", price, price, 'page'
        from jsonb_to_recordset(${json(rows)}) as r ("personId" text, side text, "maxPrice" bigint, language text, "planId" text, price bigint);
    analyze matching.waiting;
  `);
}

const json = (of: unknown): string => `'${JSON.stringify(of).replaceAll("'", "''")}'::jsonb`;
