import Pusher from 'pusher-js';

const { LATIDO_URL = 'http://localhost:3000', LATIDO_TOKEN: token, COLLECTOR = '7' } = process.env;
const say = (event, payload) => console.log(JSON.stringify({ event, payload }));

const { hostname, port, protocol } = new URL(LATIDO_URL);
const { key } = await (await fetch(`${LATIDO_URL}/api/v1/realtime`)).json();
const pusher = new Pusher(key, {
  cluster: '',
  wsHost: hostname,
  wsPort: Number(port || 80),
  wssPort: Number(port || 443),
  forceTLS: protocol === 'https:',
  enabledTransports: ['ws', 'wss'],
  disableStats: true,
  channelAuthorization: {
    transport: 'ajax',
    endpoint: `${LATIDO_URL}/broadcasting/auth`,
    headers: { authorization: `Bearer ${token}` },
  },
});
const channel = pusher.subscribe(`private-cobrador.${COLLECTOR}`);
channel.bind('pusher:subscription_succeeded', () => say('subscribed', { ok: true }));
channel.bind('pusher:subscription_error', (error) => say('refused', error));
for (const type of ['credit.requires.attention', 'payment.received', 'notification'])
  channel.bind(type, (payload) => say(type, payload));
