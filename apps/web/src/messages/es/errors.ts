/** What went wrong, by the page and by the code of the table of errors. */
export const errors = {
  title: 'No se pudo cargar',
  network: 'No se puede conectar con el servidor. Revisa tu conexión.',
  unexpected: 'Algo falló de nuestro lado. Intenta de nuevo en un momento.',
  signIn: 'Inicia sesión para ver esta página.',
  forbidden: 'Tu cuenta no tiene acceso a esta página.',
  codes: {
    credit: {
      closed: 'Este crédito ya está cerrado.',
      not_found: 'Ese crédito no existe.',
      not_yours: 'Otra persona de cobranza tiene este crédito.',
    },
    debtor: {
      not_found: 'Ese cliente no existe.',
    },
    pack: { not_found: 'Este paquete ya no se ofrece.' },
    topup: {
      not_found: 'Esta recarga no existe o no es tuya.',
      unavailable: 'Ahora no se pueden comprar monedas. No se cobró nada.',
    },
    refund: { too_much: 'De esta llamada ya no se pueden devolver tantas monedas.' },
    payout: {
      not_found: 'Este pago de ganancias no existe.',
      refused: 'Este pago de ganancias ya avanzó mientras tanto.',
    },
    earnings: { insufficient: 'Ahora no se pueden retirar tantas monedas.' },
    import: {
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
    request: {
      invalid: 'Algunos datos no son válidos. Revísalos e intenta de nuevo.',
      malformed_json: 'No se pudo leer lo que se envió.',
      too_large: 'Lo que se envió es demasiado grande.',
      headers_too_large: 'La dirección es demasiado larga.',
      timeout: 'La conexión está muy lenta en este momento. Intenta de nuevo.',
      unsupported_type: 'Este tipo de contenido no es compatible.',
      rate_limited: 'Demasiados intentos seguidos. Espera un minuto e intenta de nuevo.',
    },
    route: {
      not_found: 'Aquí no hay nada.',
    },
    auth: {
      required: 'Primero inicia sesión.',
      refused: 'No se pudo iniciar sesión con esos datos.',
      forbidden: 'Tu cuenta no tiene permiso para hacer esto.',
      keys_unavailable:
        'Por ahora no se pueden leer las claves que prueban tu sesión. Intenta de nuevo en un momento.',
      origin_refused: 'El servidor no acepta solicitudes desde esta página.',
    },
    webhook: {
      signature: 'La firma no es válida.',
      address: 'Desde esta dirección no se aceptan avisos.',
      not_stored: 'No se pudo guardar el aviso. Volverá a llegar.',
    },
    password: {
      weak: 'Esa contraseña es muy común. Elige otra.',
    },
    person: {
      blocked: 'No pueden tener una llamada entre ustedes.',
      not_found: 'No existe esa persona.',
      last_admin: 'Siempre debe haber alguien que administre. Antes dale ese rol a otra persona.',
      exists: 'Ya existe una cuenta con ese correo.',
    },
    room: {
      forbidden: 'Esta sala no está abierta para ti.',
      not_found: 'No existe esa sala.',
    },
    message: {
      not_found: 'Este mensaje no existe.',
      unchangeable: 'Este mensaje se queda como está: solo quien lo escribió lo cambia, en cinco minutos.',
    },
    call: {
      not_found: 'No existe esa llamada.',
      not_yours: 'Esta llamada es entre otras personas.',
      ended: 'Esta llamada ya terminó.',
    },
    balance: {
      insufficient: 'Tu saldo no alcanza para la primera unidad de esta llamada.',
    },
    offer: {
      not_found: 'Esta propuesta no existe o no es tuya.',
      over: 'Esta propuesta ya terminó. Conservas tu lugar para la siguiente.',
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
    },
    lobby: {
      not_admitted: 'Espera a que te dejen entrar.',
      refused: 'No te dejan entrar a esta sesión.',
      locked: 'La entrada a esta sesión está bloqueada por ahora.',
      not_found: 'Ya no hay nadie esperando ahí.',
    },
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
    matching: { no_call: 'No estás en ninguna llamada.' },
    rating: { not_met: 'No se encontraron en esta llamada.', given: 'Ya calificaste esta llamada.' },
    report: { not_found: 'Este reporte no existe o está cerrado.' },
    plan: {
      not_found: 'No existe esa tarifa.',
    },
    idempotency: {
      mismatch: 'Esto ya se envió antes con otros datos. Recarga la página.',
    },
    channel: {
      forbidden: 'Este canal no está abierto para ti.',
      unjudged: 'Tu propio sistema no dice quién puede entrar en este canal. Intenta de nuevo en un momento.',
    },
    push: {
      endpoint_refused: 'A esa dirección no se envía nada.',
      not_found: 'Ese dispositivo ya no está en la lista.',
    },
    cursor: {
      invalid: 'La lista ha cambiado. Recarga la página.',
    },
    livekit: {
      unavailable: 'El servidor de video no responde. Intenta de nuevo en un momento.',
    },
    database: {
      unavailable: 'La base de datos no responde. Intenta de nuevo en un momento.',
    },
    server: {
      starting: 'El servidor se está iniciando. Intenta de nuevo en un momento.',
    },
    nodes: {
      unavailable: 'Los servidores no pueden comunicarse entre sí. Intenta de nuevo en un momento.',
    },
    internal: {
      unexpected: 'Algo falló de nuestro lado. Intenta de nuevo en un momento.',
    },
  },
};
