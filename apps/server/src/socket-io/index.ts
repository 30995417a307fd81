export { createSocketIo, type SocketIoDeps } from './create-socket-io.ts';
