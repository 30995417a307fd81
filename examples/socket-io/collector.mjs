import { io } from 'socket.io-client';

const { LATIDO_URL = 'http://localhost:3000', LATIDO_TOKEN: token, COLLECTOR = '7' } = process.env;
const say = (event, payload) => console.log(JSON.stringify({ event, payload }));

const socket = io(LATIDO_URL, { transports: ['websocket'], auth: { token } });
// Also after each reconnect: the server remembers nothing of a connection that is gone.
socket.on('connect', () => {
  socket.emit('subscribe', { channel: `private-cobrador.${COLLECTOR}` }, (answer) => say('subscribed', answer));
});
socket.on('credit.requires.attention', (payload) => say('credit.requires.attention', payload));
socket.on('payment.received', (payload) => say('payment.received', payload));
socket.on('notification', (payload) => say('notification', payload));
socket.on('connect_error', (error) => say('refused', { message: error.message, code: error.data?.code }));
