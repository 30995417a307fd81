import type { facts as source } from '../en/facts.ts';

export const facts: typeof source = {
  webhook_participant_joined: 'LiveKit dice que {name} entró a las {at}.',
  webhook_participant_left: 'LiveKit dice que {name} salió a las {at}.',
  webhook_participant_connection_aborted: 'LiveKit dice que la conexión de {name} falló a las {at}.',
  webhook_room_started: 'LiveKit abrió la sala a las {at}.',
  webhook_room_finished: 'LiveKit cerró la sala a las {at}.',
  webhook_track_published: 'LiveKit dice que {name} activó cámara, micrófono o pantalla a las {at}.',
  webhook_track_unpublished: 'LiveKit dice que {name} desactivó cámara, micrófono o pantalla a las {at}.',
  sdk_connected: 'El navegador de {name} dijo a las {at} que tenía conexión.',
  sdk_bye: '{name} colgó a las {at}.',
  sdk_page_left: 'La página de {name} dijo a las {at} que se cerraba.',
  sdk_socket_closed: 'La conexión de {name} con este servidor se cerró a las {at}.',
  sdk_partner_disconnected: 'El navegador de {name} vio salir a la otra persona a las {at}.',
  proof_proof: 'Llegaron señales de vida de {name} hasta las {at}.',
  poll_listed: 'Consultado a las {at}, LiveKit tenía a {name} en la sala.',
  poll_absent: 'Consultado a las {at}, LiveKit ya no tenía a {name} en la sala.',
  detector_suspected:
    'La última señal de vida de {name} fue a las {at}; {late} después, el servidor preguntó qué pasaba.',
  detector_unreachable:
    'La última señal de vida de {name} fue a las {at}; el silencio se notó {late} después.',
  detector_resumed: 'Se volvió a saber de {name} a las {at}.',
  detector_left: '{name} estuvo por última vez a las {at}; se dio por cierto {late} después.',
  detector_shut_out:
    'A las {at} no se pudo contactar a {name} aunque seguían la imagen y el sonido, y se le sacó de la sala.',
  detector_grace_expired: 'Nadie volvió a tiempo: la llamada terminó a las {at}.',
  detector_out_of_balance: 'Se acabaron las monedas: la llamada terminó a las {at}.',
  detector_no_answer: 'Nadie contestó: la llamada terminó a las {at}.',
  detector_expired: 'Nadie llegó a tiempo: la llamada terminó a las {at}.',
  api_hang_up: '{name} terminó la llamada a las {at}.',
  api_next: '{name} pasó a la siguiente persona a las {at}.',
  api_not_matched: 'Las dos personas propuestas no se conectaron: terminó a las {at}.',
  api_parted: 'La llamada terminó para ambas personas a las {at}.',
  admin_removed: 'El equipo terminó la llamada a las {at}.',
};
