import type { rareErrors as en } from '../en/rare-errors.ts';

/** Fallas que solo cuentan las páginas poco visitadas, por el código de la tabla de errores. */
export const rareErrors: typeof en = {
  credit: {
    closed: 'Este crédito ya está cerrado.',
    not_found: 'Ese crédito no existe.',
    not_yours: 'Otra persona de cobranza tiene este crédito.',
  },
  debtor: {
    not_found: 'Ese cliente no existe.',
  },
  refund: { too_much: 'De esta llamada ya no se pueden devolver tantas monedas.' },
  payout: {
    not_found: 'Este pago de ganancias no existe.',
    refused: 'Este pago de ganancias ya avanzó mientras tanto.',
  },
  earnings: { insufficient: 'Ahora no se pueden retirar tantas monedas.' },
  import: {
    not_reading: 'Ya no se está leyendo: no hay nada que cancelar. Lo guardado se puede deshacer.',
    not_found: 'Esa importación no existe.',
    not_done: 'No hay nada que deshacer.',
    in_use: 'Desde entonces se hizo algo con lo importado: ya no se puede deshacer.',
  },
  payment: {
    not_found: 'Ese pago no existe.',
    reversed: 'Este pago ya se había revertido.',
  },
  external_id: {
    taken: 'Ese id de tu sistema ya está en uso.',
  },
  webhook: {
    signature: 'La firma no es válida.',
    address: 'Desde esta dirección no se aceptan avisos.',
    not_stored: 'No se pudo guardar el aviso. Volverá a llegar.',
  },
  file: {
    not_found: 'Este archivo ya no existe.',
    too_large: 'El archivo es demasiado grande: 25 MB como máximo.',
    empty: 'El archivo está vacío.',
    type_mismatch: 'El archivo no es lo que dice su nombre.',
    too_many: 'Has enviado demasiados archivos. Inténtalo más tarde.',
    broken_off: 'El archivo no llegó entero. Envíalo otra vez.',
    range: 'El archivo no tiene esa parte.',
    store_unavailable: 'Ahora no se pueden guardar ni leer archivos. Inténtalo más tarde.',
    store_full: 'Ahora no hay sitio para archivos.',
  },
  offering: { not_found: 'Esta oferta ya no existe.' },
  booking: {
    not_found: 'Esta sesión no existe o no es tuya.',
    in_past: 'Esa hora ya pasó. Elige otra.',
    taken: 'Esa hora ya está ocupada. Elige otra.',
    not_offered: 'Esa hora no se ofrece. Elige una de las que se muestran.',
    not_started: 'La sesión aún no empezó.',
    too_early: 'Es muy pronto para empezar esta sesión.',
    not_over: 'La sesión todavía no terminó.',
    over: 'Esta sesión ya terminó.',
    full: 'La sesión está completa. Prueba más tarde.',
  },
  guest: { link_invalid: 'Este enlace ya no vale.' },
  notes: {
    closed: 'Ya no eres parte de esta sesión.',
    read_only: 'Puedes leer estas notas, no cambiarlas.',
    invalid: 'Eso no es un cambio de las notas.',
    too_large: 'Este cambio supera 1 MB. Pégalo por partes.',
    full: 'Las notas llegaron a 8 MB. Quita algo primero.',
    version_not_found: 'Esa versión ya no existe.',
  },
  recording: {
    busy: 'Ya se hacen tantas grabaciones como este servidor puede. Pide otra vez en un rato.',
    disk_full: 'El servidor no tiene espacio para una grabación.',
    goes_on: 'Esta llamada ya se está grabando.',
    not_found: 'Esta grabación ya no existe.',
    not_now: 'Primero entra en la llamada.',
    not_ready: 'La grabación aún no está lista.',
    over: 'Esta grabación terminó.',
    range: 'La grabación no tiene ese punto.',
    unavailable: 'Aquí no se puede grabar: al servidor le falta ffmpeg.',
  },
  report: { not_found: 'Este reporte no existe o está cerrado.' },
  plan: {
    changed: 'Otra persona acaba de cambiar esta tarifa. Vuelve a leerla.',
    not_found: 'No existe esa tarifa.',
  },
  push: {
    endpoint_refused: 'A esa dirección no se envía nada.',
    not_found: 'Ese dispositivo ya no está en la lista.',
  },
};
