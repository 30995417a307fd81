import type { admin as en } from '../en/admin.ts';

/** Las llamadas de ahora, y cómo van los webhooks. */
export const admin: typeof en = {
  title: 'Llamadas en vivo',
  now: 'Llamadas ahora',
  empty: 'Ninguna llamada en este momento',
  emptyText: 'Las llamadas aparecen aquí en cuanto alguien abre una.',
  call: 'Llamada',
  signs: 'Señales de vida',
  elapsed: 'Tiempo',
  coins: 'Monedas',
  state: 'Estado',
  webhooks: 'Estado de los webhooks',
  webhooksText: 'Lo que LiveKit le ha informado a este servidor desde que se inició.',
  received: 'Recibidos',
  duplicates: 'Ya vistos',
  refused: 'Firma incorrecta',
  unreadable: 'Ilegibles',
  failed: 'Sin guardar',
  lost: 'Perdidos en el camino',
  up: 'LiveKit responde',
  down: 'LiveKit no responde',
  clockOff: 'Su reloj se desvía {seconds, number} s: póngalo en hora por NTP',
  lastAt: 'El último',
  never: 'ninguno',
};
