import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const packages = fileURLToPath(new URL('../..', import.meta.url));
const target = process.env['LATIDO_URL'] ?? 'http://127.0.0.1:3000';

/** Latido's server stands behind the same address as the page, as it would behind a reverse proxy. */
export default defineConfig({
  root: import.meta.dirname,
  resolve: {
    // In a project of your own, npm finds the packages; here they are taken from their sources.
    alias: [{ find: /^@latido\/(client|protocol|react)$/, replacement: `${packages}/$1/src/index.ts` }],
  },
  server: { proxy: { '/api': { target, ws: true }, '/app': { target, ws: true } } },
});
