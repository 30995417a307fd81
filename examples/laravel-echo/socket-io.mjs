import Echo from 'laravel-echo';
import { io } from 'socket.io-client';

const { LATIDO_URL = 'http://localhost:3000', LATIDO_TOKEN: token, COLLECTOR = '7' } = process.env;
const say = (event, payload) => console.log(JSON.stringify({ event, payload }));

const echo = new Echo({
  broadcaster: 'socket.io',
  client: io,
  host: LATIDO_URL,
  transports: ['websocket'],
  auth: { headers: { Authorization: `Bearer ${token}` } },
});
echo
  .private(`cobrador.${COLLECTOR}`)
  .listen('.credit.requires.attention', (payload) => say('credit.requires.attention', payload))
  .listen('.payment.received', (payload) => say('payment.received', payload))
  .listen('.notification', (payload) => say('notification', payload));
echo.connector.socket.on('connect', () => say('connected', {}));
