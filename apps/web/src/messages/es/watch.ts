import type { watch as en } from '../en/watch.ts';

/** Llamadas en vivo para quien las cuida: cómo va el servicio y qué se puede hacer en una llamada. */
export const watch: typeof en = {
  nowHint: '{together} con contador, {away} reconectando',
  told: 'Aviso a la otra parte, {what, select, p99 {99 de 100 en} other {el más lento}}',
  toldNone: 'Aviso a la otra parte',
  goalSeconds: 'meta {seconds} s, últimas 24 h',
  noneYet: 'ningún silencio en 24 h',
  webhooks: 'Sabido por webhooks',
  repaired:
    '{repaired, plural, =0 {nada se tuvo que buscar} one {# hallado al preguntar} other {# hallados al preguntar}}',
  falseAlarms: 'Falsas alarmas',
  goalPercent: 'meta {percent} %, de {count, plural, one {# aviso} other {# avisos}}',
  watch: 'Observar',
  watchOf: 'Observar a {names}',
  title: 'Llamada de {names}',
  end: 'Terminar esta llamada',
  endSure: '¿Terminarla para las dos personas?',
  ended: 'La llamada terminó.',
  yes: 'Terminar',
  cancel: 'Cancelar',
  remove: 'Quitar',
  removeOf: 'Quitar a {name} de la llamada',
  removed: '{name} ya no está en la llamada.',
  people: 'Personas',
  facts: 'Hechos conforme llegan',
  noFacts: 'Todavía no se ha informado de nada.',
  state:
    '{state, select, absent {no está} present {está} suspected {se le pregunta} unreachable {sin respuesta} left {se fue} other {{state}}}',
};
