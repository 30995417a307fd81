/** What went wrong, by the page and by the code of the table of errors. */
export const errors = {
  title: 'No se pudo cargar',
  network: 'No se llega al servidor. Revisa tu conexión.',
  unexpected: 'Algo falló de nuestro lado. Prueba en un momento.',
  signIn: 'Entra para ver esta página.',
  forbidden: 'Tu cuenta no puede ver esta página.',
  codes: {
    request: {
      invalid: 'Algo de lo enviado no encaja. Revísalo y prueba otra vez.',
      malformed_json: 'No se pudo leer lo enviado.',
      too_large: 'Lo enviado es demasiado grande.',
      headers_too_large: 'La dirección es demasiado larga.',
      timeout: 'La conexión va muy lenta ahora mismo. Prueba otra vez.',
      unsupported_type: 'Aquí no se entiende este tipo de contenido.',
      rate_limited: 'Demasiados intentos seguidos. Espera un minuto.',
    },
    route: {
      not_found: 'Aquí no hay nada.',
    },
    auth: {
      required: 'Entra primero.',
      refused: 'No se pudo entrar con esos datos.',
      forbidden: 'Tu cuenta no puede hacer esto.',
      origin_refused: 'Esta página no está en la lista del servidor.',
    },
    webhook: {
      signature: 'La firma no encaja.',
      address: 'Desde esta dirección no se aceptan avisos.',
      not_stored: 'No se pudo guardar el aviso. Volverá a llegar.',
    },
    password: {
      weak: 'Demasiada gente usa esa contraseña. Elige otra.',
    },
    person: {
      not_found: 'No existe esa persona.',
      last_admin: 'Alguien tiene que administrar. Da antes ese papel a otra persona.',
      exists: 'Ya hay una cuenta con ese correo.',
    },
    room: {
      forbidden: 'Esta sala no está abierta para ti.',
      not_found: 'No existe esa sala.',
    },
    call: {
      not_found: 'No existe esa llamada.',
      not_yours: 'Esta llamada es de otras personas.',
      ended: 'Esta llamada ya terminó.',
    },
    balance: {
      insufficient: 'Tu saldo no llega para la primera unidad de esta llamada.',
    },
    plan: {
      not_found: 'No existe esa tarifa.',
    },
    idempotency: {
      mismatch: 'Esto ya se envió antes con otro contenido. Recarga la página.',
    },
    channel: {
      forbidden: 'Este canal no está abierto para ti.',
    },
    cursor: {
      invalid: 'La lista ha cambiado. Recarga la página.',
    },
    livekit: {
      unavailable: 'El servidor de vídeo no responde. Prueba en un momento.',
    },
    database: {
      unavailable: 'La base de datos no responde. Prueba en un momento.',
    },
    server: {
      starting: 'El servidor está arrancando. Prueba en un momento.',
    },
    nodes: {
      unavailable: 'Los servidores no se alcanzan entre sí. Prueba en un momento.',
    },
    internal: {
      unexpected: 'Algo falló de nuestro lado. Prueba en un momento.',
    },
  },
};
