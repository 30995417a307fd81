export { createServer, type Server, type ServerOptions } from './app.ts';
