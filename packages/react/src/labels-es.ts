import type { CallSum, Labels } from './labels.ts';

const coinsIn = (coins: number): string => `${coins} ${coins === 1 ? 'moneda' : 'monedas'}`;

const sumIn = (sum: CallSum | null): string => {
  if (sum === null) return '';
  if (!sum.settled) return ' Se está contando el último minuto.';
  if (sum.earns) return ` Ganaste ${coinsIn(sum.coins)}.`;
  return sum.coins === 0 ? ' No te costó nada.' : ` Te costó ${coinsIn(sum.coins)}.`;
};

/** Spanish, written and not translated. */
export const esLabels: Labels = {
  language: 'es',
  connecting: 'conectando',
  connectingText: 'Entrando a la llamada',
  waiting: 'en espera',
  waitingTitle: (name) => (name === null ? 'Falta la otra persona' : `Esperando a ${name}`),
  waitingText: 'La llamada empieza cuando estén las dos personas.',
  waitingFree: 'Esperar no cuesta nada. El contador empieza cuando las dos personas tienen conexión.',
  ringingTitle: (name) => `Llamando a ${name}`,
  ringingText: ({ name, online, inCall }) =>
    inCall
      ? `${name} está en otra llamada y ve la tuya. Esperar no cuesta nada.`
      : online === false
        ? `${name} no está en línea. Si entra, encontrará tu llamada. Esperar no cuesta nada.`
        : online
          ? 'Está sonando. Esperar no cuesta nada; el contador empieza cuando las dos personas tienen conexión.'
          : 'Esperar no cuesta nada. El contador empieza cuando las dos personas tienen conexión.',
  toAnswer: 'segundos para contestar',
  together: 'en llamada',
  suspected: 'comprobando',
  reconnecting: 'reconectando',
  gone: 'salió',
  partner: 'La otra persona',
  people: (count) => `${count} personas`,
  you: 'Tú',
  reconnectingTitle: (name) => `${name} se está reconectando`,
  reconnectingText: (clock, name) =>
    `Mientras esperas no pagas nada. El contador se paró en ${clock}, con la última señal de vida de ${name}.`,
  reconnectingTextEarner: (clock, name) =>
    `El contador se paró en ${clock}, con la última señal de vida de ${name}, y sigue cuando vuelva la conexión.`,
  reconnectingTextFree: 'La llamada sigue en cuanto vuelva la conexión.',
  endNowFree: 'Terminar ahora, sin costo',
  endNow: 'Terminar ahora',
  closedTitle: (name) => `${name} cerró la página`,
  pageClosed: 'página cerrada',
  toComeBack: 'segundos para volver',
  mediaAway: 'servidor de video reiniciando',
  mediaAwayTitle: 'El servidor de video se está reiniciando',
  mediaAwayText: 'No pagas nada hasta que vuelvan la imagen y el sonido. Tu llamada se conserva.',
  mediaAwayTextEarner:
    'El contador está en pausa hasta que vuelvan la imagen y el sonido. Tu llamada se conserva.',
  mediaAwayTextFree: 'Tu llamada se conserva y sigue en cuanto vuelvan la imagen y el sonido.',
  frozen: ({ whose, name, meter }) =>
    (whose === 'partner'
      ? `No llega imagen ni sonido de ${name}.`
      : `Tu imagen y tu sonido no llegan a ${name}.`) +
    (meter === 'paused' ? ' El contador está en pausa hasta que lleguen.' : ''),
  meBackTitle: 'Te estás reconectando',
  meBackText: 'Se cortó tu conexión. El contador está en pausa hasta que vuelvas.',
  meBackTextFree: 'Se cortó tu conexión. La llamada sigue en cuanto vuelva.',
  goneTitle: (reason, name) =>
    ({
      hung_up: `${name} colgó`,
      next: `${name} pasó a la siguiente persona`,
      not_matched: 'No se conectaron',
      parted: 'La llamada terminó',
      left: `${name} salió de la llamada`,
      lost_connection: `${name} perdió la conexión`,
      removed: 'El equipo cerró la llamada',
      unreachable: 'La conexión falló una y otra vez',
      out_of_balance: 'Se acabó el saldo',
      no_answer: `${name} no contestó`,
      expired: 'Nadie llegó a tiempo',
    })[reason],
  goneText: (reason) =>
    ({
      hung_up: 'La llamada terminó y el contador se paró en ese momento.',
      next: 'La llamada terminó y el contador se paró en ese momento.',
      not_matched: 'No se cobró nada.',
      parted: 'No se cobra nada más.',
      left: 'Se cerró la página y nadie volvió a tiempo, así que la llamada terminó.',
      lost_connection: 'No hubo regreso a tiempo: la llamada terminó en la última señal de vida.',
      removed: 'No se cobra nada más.',
      unreachable:
        'Por tercera vez no hubo señal de una de las partes: la llamada terminó en la última señal de vida.',
      out_of_balance: 'La llamada terminó al gastarse la última unidad pagada.',
      no_answer: 'No se cobró nada. Quedó avisada tu llamada.',
      expired: 'No se cobró nada.',
    })[reason],
  meLostTitle: 'Se perdió tu conexión',
  meLostText: (sum) =>
    `No volvió a tiempo, así que la llamada terminó en tu última señal de vida.${sumIn(sum)}`,
  mediaLostTitle: 'El servidor de video dejó de funcionar',
  mediaLostText: (sum) => `No volvió a tiempo, así que la llamada terminó.${sumIn(sum)}`,
  declinedTitle: (name) => `${name} rechazó la llamada`,
  notMetTitle: (name) => `${name} salió antes de que empezara la llamada`,
  notMetText: 'No se cobró nada.',
  youEndedTitle: 'Terminaste la llamada',
  youCancelledTitle: 'Cancelaste la llamada',
  close: 'Cerrar',
  duplicateTitle: 'Esta llamada está abierta en otro lugar',
  duplicateText: 'Entraste desde otra pestaña u otro dispositivo. Solo se puede usar en un lugar a la vez.',
  useHere: 'Usar aquí',
  failedTitle: 'No se pudo entrar a la llamada',
  problem: (code) =>
    ({
      sign_in: 'Tu sesión terminó. Inicia sesión de nuevo y vuelve a la llamada.',
      forbidden: 'Esta sala no está abierta para ti. Pídele un enlace nuevo a la persona que te invitó.',
      balance: 'Tu saldo no alcanza para empezar esta llamada.',
      ended: 'Esta llamada ya terminó.',
      elsewhere: 'Estás en otra llamada. Termínala, o vuelve cuando haya acabado.',
      not_found: 'Esa sala ya no existe.',
      media_server:
        'El servidor de video no responde. Tu llamada se conserva; intenta de nuevo en un momento.',
      media_path: 'Esta red no deja pasar el sonido ni la imagen. Intenta con otra red.',
      network: 'No se puede conectar con el servidor. Revisa tu conexión.',
      server_away: 'El servidor todavía no está listo. Intenta de nuevo en un momento.',
      rate_limited: 'Demasiados intentos seguidos. Espera un minuto e intenta de nuevo.',
      unexpected: 'Algo falló de nuestro lado. Intenta de nuevo.',
    })[code],
  balanceMissing: (required, missing) =>
    `Para empezar esta llamada hacen falta ${required} ${required === 1 ? 'moneda' : 'monedas'}: te ${missing === 1 ? 'falta' : 'faltan'} ${missing}.`,
  leaveOther: 'Terminarla y entrar',
  retry: 'Intentar de nuevo',
  diagnostic: (id) => `Identificador para soporte ${id}`,
  micOn: 'Encender el micrófono',
  micOff: 'Apagar el micrófono',
  cameraOn: 'Encender la cámara',
  cameraOff: 'Apagar la cámara',
  shareOn: 'Compartir la pantalla',
  shareOff: 'Dejar de compartir',
  sharing: 'Todas las personas en la llamada ven tu pantalla.',
  more: 'Dispositivos',
  microphone: 'Micrófono',
  camera: 'Cámara',
  speaker: 'Altavoz o audífonos',
  noDevices: 'No se encontró cámara, micrófono ni altavoz.',
  hangUp: 'Colgar',
  next: 'Siguiente',
  nextKey: 'Siguiente persona (N)',
  chat: (unread) =>
    unread === 0
      ? 'Chat (C)'
      : `Chat (C), ${unread === 1 ? '1 mensaje sin leer' : `${unread} mensajes sin leer`}`,
  controls: 'Controles de la llamada',
  selfView: 'Tu imagen',
  moveSelfView: 'Tu imagen. Las flechas del teclado la mueven a otra esquina.',
  noCamera: 'Cámara apagada',
  noMicrophone: 'Micrófono apagado',
  callWith: (name) => (name === null ? 'Llamada' : `Llamada con ${name}`),
  elapsed: 'Tiempo en llamada',
  spent: (coins) => `${coins} gastadas`,
  left: (coins) => `quedan ${coins}`,
  earned: (coins) => `${coins} ganadas`,
  price: (coins, increment) => `${coins} ${coins === '1' ? 'moneda' : 'monedas'} ${increment}`,
  perMinute: 'por minuto',
  nextAt: (clock) => `próximo cobro: ${clock}`,
  paused: 'contador en pausa',
  paidUntil: (clock) => `pagado hasta ${clock}`,
  free: 'gratis',
  coins: (coins) => `${coins} ${coins === '1' ? 'moneda' : 'monedas'}`,
  topUp: 'Recargar',
  lowBalance: (clock) => `Tu saldo alcanza para ${clock} más.`,
  outOfBalance: ({ seconds, left, price, perMinute, inGroup }) =>
    `${left === 0 ? 'No quedan monedas' : left === 1 ? 'Queda 1 moneda' : `Quedan ${left} monedas`}; ${perMinute ? 'el próximo minuto' : 'la próxima unidad'} cuesta ${price}. ${inGroup ? 'Sales' : 'La llamada termina'} en ${seconds} s.`,
  startAudio: 'Activar el sonido',
  noMedia: ({ devices, why }) => {
    const names = devices.map((device) => (device === 'camera' ? 'la cámara' : 'el micrófono'));
    const both = devices.length > 1;
    if (why === 'denied')
      return `Tu navegador bloquea ${names.join(' y ')}. Permite su uso en la barra de direcciones y luego actívalo con el botón de abajo.`;
    if (why === 'busy')
      return `Otro programa está usando ${names.join(' y ')}. Ciérralo y luego usa el botón de abajo.`;
    const none = devices.map((device) => (device === 'camera' ? 'cámara' : 'micrófono')).join(' ni ');
    return `No se encontró ${none}. Estás en la llamada sin ${both ? 'ellos' : devices[0] === 'camera' ? 'ella' : 'él'}.`;
  },
  dismiss: 'Cerrar aviso',
  serverAway: ({ since, until, name }) =>
    `El servidor no responde desde las ${since}. La imagen y el sonido siguen sin él.${until === null ? '' : ` ${name} puede volver hasta las ${until}.`}`,
  lastWord: 'último dato del servidor',
  joined: (name) => `${name} entró`,
  went: (name) => `${name} salió`,
  trace: (name, alive) => (alive ? `${name}: llegan señales de vida` : `${name}: sin señales de vida`),
  summary: {
    together: 'Tiempo en llamada',
    duration: 'Duración total',
    pauses: 'Pausas, sin costo',
    units: ({ units, price, areMinutes }) =>
      areMinutes
        ? `${units} ${units === 1 ? 'minuto' : 'minutos'} a ${price} ${price === '1' ? 'moneda' : 'monedas'}`
        : `${units} ${units === 1 ? 'unidad' : 'unidades'} a ${price}`,
    counted: ({ units, areMinutes }) =>
      areMinutes
        ? `${units} ${units === 1 ? 'minuto' : 'minutos'}`
        : `${units} ${units === 1 ? 'unidad' : 'unidades'}`,
    earned: 'Ganado',
    balance: 'Saldo',
    counting: 'Se está contando el último minuto.',
  },
};
