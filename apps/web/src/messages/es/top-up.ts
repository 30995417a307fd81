import type { topUp as en } from '../en/top-up.ts';

/** La compra de monedas. */
export const topUp: typeof en = {
  title: 'Recargar',
  packs: 'Paquetes de monedas',
  coins: '{coins, plural, one {# moneda} other {# monedas}}',
  withBonus: '{coins, plural, one {# moneda} other {# monedas}} y {bonus} extra',
  minutes:
    '{minutes, plural, one {# minuto} other {# minutos}} a {price, plural, one {# moneda} other {# monedas}}',
  pay: 'Pagar {amount}',
  stripe:
    'Con tarjeta, en la página de Stripe. Las monedas llegan cuando Stripe confirma el pago, casi siempre en segundos.',
  development: 'Este servidor es de desarrollo: no se cobra nada y las monedas llegan de inmediato.',
  none: 'Aquí no se pueden comprar monedas. Pídelas, y alguien que administra este servicio te las dará.',
  came: '{coins, plural, one {Llegó # moneda} other {Llegaron # monedas}} a tu monedero.',
  told: '{status, select, left {Todavía sin pagar. No se cobró nada.} pending {Se está confirmando tu pago. Las monedas aparecerán aquí.} paid {Pagado: {coins, plural, one {# moneda está} other {# monedas están}} en tu monedero.} failed {El pago falló. No se cobró nada.} expired {La página de pago se cerró sin pagar. No se cobró nada.} refunded {Este pago fue devuelto.} disputed {Tu banco disputa este pago: sus monedas no están disponibles.} other {El importe pagado no es el que se pidió. Pregunta a quien administra este servicio.}}',
  beside: 'Se paga en otra pestaña. Aquí todo sigue, y las monedas llegan solas.',
  payBeside: 'Abrir la página de pago',
  again: 'Elegir de nuevo',
};
