import type { Module } from '../platform/index.ts';
import type { ChatDeps } from './ports.ts';
import { chatRoutes } from './routes.ts';

/** What is written in calls. */
export function createChat(deps: ChatDeps): Module {
  return { routes: (app) => chatRoutes(app, deps) };
}
