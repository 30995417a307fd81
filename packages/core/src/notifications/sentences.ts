import { COINS, counted, isOne } from '../kernel/counted.ts';
import { ownOf } from '../kernel/own.ts';

/** In which words a notice is told. */
export interface NoticeWords {
  readonly locale: NoticeLocale;
  /** An amount of minor units, as it is said in that language. */
  readonly money: (minor: number, currency: string) => string;
}

/** The languages that notices are told in. */
export type NoticeLocale = 'en' | 'es';

/** A notice in words. */
export interface NoticeSentence {
  readonly title: string;
  /** What more there is to say; empty where the title says it all. */
  readonly text: string;
  /** The page of the web app that it is about; null where there is none. */
  readonly path: string | null;
}

type Payload = Readonly<Record<string, unknown>>;
type Words = readonly [title: string, text?: string];
type Phrase = (of: Payload, say: Saying) => Words;

/** What a phrase may put into its words. */
interface Saying {
  text(key: string): string;
  debtor(): string;
  number(key: string): number;
  money(key: string): string;
  count(key: string): string;
  /** So many coins, with their word. */
  coins(key: string): string;
}

const EN: Readonly<Record<string, Phrase>> = {
  'call.invited': (_of, { text }) => [`${text('name')} called you`],
  'call.partner_joined': (_of, { text }) => [`${text('name')} joined the call`],
  'call.partner_left': ({ reason }, { text }) => [
    reason === 'lost_connection' || reason === 'unreachable'
      ? `${text('name')} lost the connection`
      : `${text('name')} left the call`,
  ],
  'call.partner_back': (_of, { text }) => [`${text('name')} is back`],
  'call.ended': ({ endReason }) => [
    endReason === 'out_of_balance' ? 'The call ended because the coins were used up' : 'The call is over',
  ],
  'call.missed': (_of, { text }) => [`You missed a call from ${text('name')}`],
  'call.stranger_removed': (_of, { text }) => [`A stranger was taken out of your call`, text('name')],
  'call.low_balance': () => ['Your coins ran low in a call'],
  'call.coins_ended': () => ['You are out of the session because your coins were used up'],
  'call.refunded': (_of, { text, count }) => [
    `Coins of a call given back: ${count('coins')}`,
    text('reason'),
  ],
  'booking.made': (_of, { text }) => [`${text('name')} booked a session`, text('title')],
  'booking.moved': (_of, { text }) => [`${text('name')} moved a session to another time`, text('title')],
  'booking.cancelled': ({ wholly }, { text, coins, number }) => [
    wholly === false ? `${text('name')} gave a seat back` : `${text('name')} cancelled a session`,
    said(
      text('title'),
      text('reason'),
      number('back') > 0 ? `${coins('back')} ${isOne(number('back')) ? 'is' : 'are'} yours again` : '',
    ),
  ],
  'booking.soon': (_of, { text, number }) => [
    number('leftMs') > 3_600_000 ? 'You have a session tomorrow' : 'Your session is about to begin',
    text('title'),
  ],
  'booking.started': (_of, { text }) => [`${text('name')} has opened the session`, text('title')],
  'booking.no_show': (_of, { text }) => [`${text('name')} did not come to a session`, text('title')],
  'lobby.waiting': (_of, { text }) => [`${text('name')} is waiting to come in`, text('title')],
  'lobby.decided': ({ decision }, { text }) => [
    decision === 'admitted'
      ? 'You can come in'
      : decision === 'denied'
        ? 'The host did not let you in'
        : 'The host took you out of the session',
    said(text('title'), text('sentence')),
  ],
  'matching.on_air': (_of, { coins }) => ['Somebody is on air for you', `From ${coins('price')} a minute`],
  'topup.changed': ({ status }, { coins }) => [
    status === 'paid' ? `You bought ${coins('coins')}` : 'Something changed about a purchase of coins',
  ],
  'payout.changed': ({ status }, { text, coins }) => [
    status === 'returned'
      ? `A payout came back: ${coins('coins')}`
      : status === 'paid'
        ? `A payout arrived: ${coins('coins')}`
        : `A payout is on its way: ${coins('coins')}`,
    text('reason'),
  ],
  'credit.requires.attention': (_of, { text, debtor, money }) => [
    `${debtor()}: ${money('amountDue')} due`,
    text('message'),
  ],
  'payment.received': (_of, { debtor, money }) => [
    `${debtor()} paid ${money('amount')}`,
    `${money('balance')} left to pay`,
  ],
  'payment.reversed': (_of, { text, debtor, money }) => [
    `A payment of ${debtor()} was taken back: ${money('amount')}`,
    text('reason'),
  ],
  'client.assigned': (_of, { text }) => [`The collector of ${text('name')} changed`],
  'credits.uncollected': ({ credits }, { count }) => [
    credits === 1 ? 'One credit has no collector' : `${count('credits')} credits have no collector`,
    'They are due, or soon: give their debtors to somebody.',
  ],
  'import.broken': (_of, { text }) => [
    text('fileName') === '' ? 'An import broke off' : `The import of ${text('fileName')} broke off`,
    'Nothing of it was written. Send the file again.',
  ],
};

const ES: Readonly<Record<string, Phrase>> = {
  'call.invited': (_of, { text }) => [`${text('name')} te llamó`],
  'call.partner_joined': (_of, { text }) => [`${text('name')} entró en la llamada`],
  'call.partner_left': ({ reason }, { text }) => [
    reason === 'lost_connection' || reason === 'unreachable'
      ? `${text('name')} perdió la conexión`
      : `${text('name')} salió de la llamada`,
  ],
  'call.partner_back': (_of, { text }) => [`${text('name')} volvió`],
  'call.ended': ({ endReason }) => [
    endReason === 'out_of_balance'
      ? 'La llamada terminó porque se acabaron las monedas'
      : 'La llamada terminó',
  ],
  'call.missed': (_of, { text }) => [`Tienes una llamada perdida de ${text('name')}`],
  'call.stranger_removed': (_of, { text }) => ['Sacamos a una persona extraña de tu llamada', text('name')],
  'call.low_balance': () => ['Te quedaban pocas monedas en una llamada'],
  'call.coins_ended': () => ['Estás fuera de la sesión porque se acabaron tus monedas'],
  'call.refunded': (_of, { text, count }) => [
    `Monedas devueltas de una llamada: ${count('coins')}`,
    text('reason'),
  ],
  'booking.made': (_of, { text }) => [`${text('name')} reservó una sesión`, text('title')],
  'booking.moved': (_of, { text }) => [`${text('name')} cambió la hora de una sesión`, text('title')],
  'booking.cancelled': ({ wholly }, { text, coins, number }) => [
    wholly === false ? `${text('name')} dejó su lugar` : `${text('name')} canceló una sesión`,
    said(text('title'), text('reason'), number('back') > 0 ? `Recuperaste ${coins('back')}` : ''),
  ],
  'booking.soon': (_of, { text, number }) => [
    number('leftMs') > 3_600_000 ? 'Mañana tienes una sesión' : 'Tu sesión está por empezar',
    text('title'),
  ],
  'booking.started': (_of, { text }) => [`${text('name')} abrió la sesión`, text('title')],
  'booking.no_show': (_of, { text }) => [`${text('name')} no vino a una sesión`, text('title')],
  'lobby.waiting': (_of, { text }) => [`${text('name')} espera para entrar`, text('title')],
  'lobby.decided': ({ decision }, { text }) => [
    decision === 'admitted'
      ? 'Puedes entrar'
      : decision === 'denied'
        ? 'No te dejaron entrar'
        : 'Te sacaron de la sesión',
    said(text('title'), text('sentence')),
  ],
  'matching.on_air': (_of, { coins }) => [
    'Hay alguien disponible para ti',
    `Desde ${coins('price')} por minuto`,
  ],
  'topup.changed': ({ status }, { coins }) => [
    status === 'paid' ? `Compraste ${coins('coins')}` : 'Cambió el estado de una compra de monedas',
  ],
  'payout.changed': ({ status }, { text, coins }) => [
    status === 'returned'
      ? `Un retiro volvió: ${coins('coins')}`
      : status === 'paid'
        ? `Llegó tu retiro: ${coins('coins')}`
        : `Tu retiro está en camino: ${coins('coins')}`,
    text('reason'),
  ],
  'credit.requires.attention': (_of, { text, debtor, money }) => [
    `${debtor()}: vencen ${money('amountDue')}`,
    text('message'),
  ],
  'payment.received': (_of, { debtor, money }) => [
    `${debtor()} pagó ${money('amount')}`,
    `Quedan por pagar ${money('balance')}`,
  ],
  'payment.reversed': (_of, { text, debtor, money }) => [
    `Se anuló un pago de ${debtor()}: ${money('amount')}`,
    text('reason'),
  ],
  'client.assigned': (_of, { text }) => [`Cambió quién le cobra a ${text('name')}`],
  'credits.uncollected': ({ credits }, { count }) => [
    credits === 1 ? 'Hay un crédito sin cobrador' : `Hay ${count('credits')} créditos sin cobrador`,
    'Vencieron o vencen pronto: asigna sus clientes a alguien.',
  ],
  'import.broken': (_of, { text }) => [
    text('fileName') === ''
      ? 'Una importación se interrumpió'
      : `La importación de ${text('fileName')} se interrumpió`,
    'No se guardó nada. Envía el archivo otra vez.',
  ],
};

/** The one table of words for notices, by type. */
export const NOTICE_SENTENCES: Readonly<Record<NoticeLocale, Readonly<Record<string, Phrase>>>> = {
  en: EN,
  es: ES,
};

/** Notices of ours with a title: it is that of a session. In any other type a title is a team's own words. */
const HAVE_TITLES = /^(booking|lobby)\./;

/**
 * Puts a notice into words, wherever it is shown: in a list, on a page, as a push. What a team has sent of its own brings
 * its words along; a type that is not known is shown by its name, so that nothing is hidden.
 */
export function sentenceOf(
  { type, payload }: { type: string; payload: Payload },
  words: NoticeWords,
): NoticeSentence {
  const say = sayingOf(payload, words);
  const brought = say.text('title');
  const isOurs = brought === '' || HAVE_TITLES.test(type);
  const phrase = isOurs ? ownOf(NOTICE_SENTENCES[words.locale], type) : undefined;
  const [title, text = ''] = phrase ? phrase(payload, say) : [brought || type, say.text('body')];
  return { title, text, path: pathOf(type, payload) };
}

function sayingOf(payload: Payload, { locale, money }: NoticeWords): Saying {
  const text = (key: string): string => textIn(payload[key]);
  const number = (key: string): number => numberIn(payload[key]);
  const count = (key: string): string => new Intl.NumberFormat(locale).format(number(key));
  return {
    text,
    debtor: () => textIn((payload['debtor'] as Payload | undefined)?.['name']),
    number,
    money: (key) => money(number(key), text('currency')),
    count,
    coins: (key) => counted(number(key), COINS[locale], count(key)),
  };
}

function said(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('. ');
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A team may send a type of ours with whatever in it. */
function numberIn(value: unknown): number {
  const is = typeof value === 'number' || typeof value === 'string' ? Number(value) : 0;
  return Number.isNaN(is) ? 0 : is;
}

/** Only ways within the app: an address of elsewhere that a notice brings is shown by nobody. */
function pathOf(type: string, payload: Payload): string | null {
  const id = (key: string): string => encodeURIComponent(textIn(payload[key]));
  if (type === 'call.missed' || type === 'call.invited') return '/video';
  if (type === 'matching.on_air') return '/find';
  if (type === 'topup.changed' || type === 'payout.changed') return '/wallet';
  if (textIn(payload['creditId']) !== '') return `/credits/${id('creditId')}`;
  if (type === 'client.assigned') return `/debtors/${id('debtorId')}`;
  if (textIn(payload['bookingId']) !== '') return `/dashboard/sessions/${id('bookingId')}`;
  if (textIn(payload['callId']) !== '') return `/calls/${id('callId')}`;
  const url = textIn(payload['url']);
  return /^\/(?![/\\])/.test(url) ? url : null;
}
