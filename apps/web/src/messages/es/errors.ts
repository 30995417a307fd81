/** What went wrong, by the page and by the code of the table of errors. */
export const errors = {
  title: 'No se pudo cargar',
  network: 'No se puede conectar con el servidor. Revisa tu conexión.',
  unexpected: 'Algo falló de nuestro lado. Intenta de nuevo en un momento.',
  signIn: 'Inicia sesión para ver esta página.',
  forbidden: 'Tu cuenta no tiene acceso a esta página.',
  codes: {
    pack: { not_found: 'Este paquete ya no se ofrece.' },
    topup: {
      not_found: 'Esta recarga no existe o no es tuya.',
      unavailable: 'Ahora no se pueden comprar monedas. No se cobró nada.',
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
      elsewhere: 'Estás en otra llamada: cuelga primero allí.',
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
    lobby: {
      not_admitted: 'Espera a que te dejen entrar.',
      refused: 'No te dejan entrar a esta sesión.',
      locked: 'La entrada a esta sesión está bloqueada por ahora.',
      not_found: 'Ya no hay nadie esperando ahí.',
    },
    matching: { no_call: 'No estás en ninguna llamada.' },
    rating: { not_met: 'No se encontraron en esta llamada.', given: 'Ya calificaste esta llamada.' },
    idempotency: {
      mismatch: 'Esto ya se envió antes con otros datos. Recarga la página.',
    },
    channel: {
      forbidden: 'Este canal no está abierto para ti.',
      unjudged: 'Tu propio sistema no dice quién puede entrar en este canal. Intenta de nuevo en un momento.',
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
