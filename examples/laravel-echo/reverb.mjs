import Echo from 'laravel-echo';
import Pusher from 'pusher-js';

const { LATIDO_URL = 'http://localhost:3000', LATIDO_TOKEN: token, COLLECTOR = '7' } = process.env;
const say = (event, payload) => console.log(JSON.stringify({ event, payload }));

const { hostname, port, protocol } = new URL(LATIDO_URL);
const { key } = await (await fetch(`${LATIDO_URL}/api/v1/realtime`)).json();
const echo = new Echo({
  broadcaster: 'reverb',
  Pusher,
  key,
  wsHost: hostname,
  wsPort: Number(port || 80),
  wssPort: Number(port || 443),
  forceTLS: protocol === 'https:',
  enabledTransports: ['ws', 'wss'],
  authEndpoint: `${LATIDO_URL}/broadcasting/auth`,
  auth: { headers: { Authorization: `Bearer ${token}` } },
});
// The leading dot: our events are no classes of a Laravel namespace.
echo
  .private(`cobrador.${COLLECTOR}`)
  .subscribed(() => say('subscribed', { ok: true }))
  .error((error) => say('refused', error))
  .listen('.credit.requires.attention', (payload) => say('credit.requires.attention', payload))
  .listen('.payment.received', (payload) => say('payment.received', payload))
  .listen('.notification', (payload) => say('notification', payload));
