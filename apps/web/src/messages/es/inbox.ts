import type { inbox as en } from '../en/inbox.ts';

/** La campana, que está en todas las páginas. */
export const inbox: typeof en = {
  bell: 'Avisos, {unread, plural, =0 {ninguno sin leer} other {# sin leer}}',
};
