import type { wallet as en } from '../en/wallet.ts';

/** La página del monedero. */
export const wallet: typeof en = {
  title: 'Monedero',
  order: 'Se gastan de arriba abajo.',
  nothingHeld: 'En este momento no hay nada reservado para una llamada.',
  held: '{held, plural, one {Hay # moneda reservada} other {Hay # monedas reservadas}} para el minuto en curso.',
  empty: 'Tu monedero está vacío',
  kind: '{kind, select, gift {Regalo} bonus {Extra} purchased {Compra} other {{kind}}}',
  left: '{left} de {coins}',
  noExpiry: 'no vencen',
  expires: 'vencen {when}',
  expiresOn: 'vencen el {day}',
  getTitle: 'Conseguir monedas',
  getText:
    'Las monedas las dan las personas que administran este servicio. Pídelas aquí: lo verán junto a tu nombre, y lo que den estará en tu monedero de inmediato.',
  enough:
    'Tus {coins, plural, one {# moneda alcanza} other {# monedas alcanzan}} para {minutes, plural, one {# minuto} other {# minutos}} a {price}.',
  enoughNot: 'El primer minuto cuesta {price}.',
  words: '¿Para qué? (si quieres)',
  ask: 'Pedir monedas',
  asked: 'Las pediste {when}',
  askedText: 'Aún no hay respuesta. En cuanto lleguen las monedas, se verán en esta página.',
  givesTitle: 'Dar monedas',
  givesText:
    'Administras a las personas: abre una y dale monedas, con su motivo. También a tu propio monedero.',
  people: 'Personas',
  statement: 'Movimientos',
  all: 'Todo',
  calls: 'Llamadas',
  incoming: 'Entradas',
  when: 'Cuándo',
  what: 'Qué',
  coins: 'Monedas',
  balance: 'Saldo',
  line: '{kind, select, grant {Regalo} topup {Compra} bonus {Extra de una compra} chargeback {Pago anulado} charge {Llamada} adjustment {Corrección} refund {Devolución} expiry {Vencidas} payout {Retiro} payout_back {Retiro devuelto} other {{kind}}}',
  callWith: 'Llamada con {name}',
  correctionOf: 'Corrección, llamada con {name}',
  givenBack: 'Devolución, llamada con {name}',
  minutes: '{units, plural, one {# unidad} other {# unidades}}',
  nothing: 'Todavía no hay movimientos',
  nothingText:
    'Aquí estarán las monedas que lleguen y los minutos que pagues, cada uno con el saldo que deja.',
  nothingEarned: 'Todavía no hay ganancias',
  nothingEarnedText: 'Aquí estará tu parte de cada llamada, con el saldo que deja.',
  more: 'Ver más',
};
