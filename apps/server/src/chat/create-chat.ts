import type { Module } from '../platform/index.ts';
import { eraseFiles } from './erase.ts';
import { fileRoutes } from './file-routes.ts';
import { PlainClients } from './plain-clients.ts';
import type { ChatDeps } from './ports.ts';
import { chatRoutes } from './routes.ts';
import { typingRoute } from './typing.ts';

const ERASE_EVERY_MS = 10_000;

/** What is written in calls. */
export function createChat(deps: ChatDeps): Module {
  const plain = new PlainClients(deps);
  return {
    async routes(app) {
      chatRoutes(app, deps, plain);
      typingRoute(app, deps);
      await fileRoutes(app, deps);
    },
    jobs: [{ name: 'files of chats that go', everyMs: ERASE_EVERY_MS, run: () => eraseFiles(deps) }],
    async caughtUp() {
      await plain.caughtUp();
      await eraseFiles(deps);
    },
  };
}
