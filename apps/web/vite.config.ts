import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const LOCALE_FILE = /[\\/]intl[\\/](?:[^\\/]+[\\/])?([a-z]{2}-[A-Z]{2})\.m?js$/;
const KEPT = new Set(['en-US', 'es-ES']);

/** react-aria speaks 34 languages, we speak two: the other dictionaries are left out of the bundle. */
function twoLanguages(): Plugin {
  return {
    name: 'latido-two-languages',
    enforce: 'pre',
    load(id) {
      const locale = LOCALE_FILE.exec(id.split('?')[0] ?? '')?.[1];
      return locale !== undefined && id.includes('react-') && !KEPT.has(locale) ? 'export default {};' : null;
    },
  };
}

const KB = 1_000;
const BUDGETS = { first: 180 * KB, call: 340 * KB };

/** Prints what the first page and the call page weigh over the wire, and fails the build above the budget. */
function budgets(): Plugin {
  return {
    name: 'latido-budgets',
    generateBundle(_options, bundle) {
      const weigh = (roots: readonly string[]): number => {
        const seen = new Set<string>();
        const visit = (name: string): void => {
          const file = bundle[name];
          if (seen.has(name) || file?.type !== 'chunk') return;
          seen.add(name);
          file.imports.forEach(visit);
        };
        roots.forEach(visit);
        return [...seen].reduce((sum, name) => {
          const file = bundle[name];
          return sum + (file?.type === 'chunk' ? brotliCompressSync(file.code).length : 0);
        }, 0);
      };
      const named = (part: string): string[] =>
        Object.values(bundle)
          .filter((file) => file.type === 'chunk' && (file.facadeModuleId ?? '').includes(part))
          .map((file) => file.fileName);
      const entry = Object.values(bundle).filter((file) => file.type === 'chunk' && file.isEntry);
      const entries = [...entry.map((file) => file.fileName), ...named('/messages/en')];
      const first = weigh([...entries, ...named('/pages/home/')]);
      const call = weigh([...entries, ...named('/pages/video/')]);
      const line = `first page ${Math.round(first / KB)} kB of 180, call page ${Math.round(call / KB)} kB of 340 (brotli)`;
      console.log(`\n${line}`);
      if (first <= BUDGETS.first && call <= BUDGETS.call) return;
      if (process.env['LATIDO_WEB_BUDGET'] === 'warn') this.warn(`over the budget: ${line}`);
      else this.error(`over the budget: ${line}`);
    },
  };
}

const packages = fileURLToPath(new URL('../../packages', import.meta.url));
const server = process.env['LATIDO_URL'] ?? 'http://127.0.0.1:3000';

export default defineConfig({
  plugins: [twoLanguages(), react(), budgets()],
  // Our packages are taken from their sources, so that nothing has to be built before. Not by the condition `source`:
  // react-aria-components names it too, for files that it does not ship.
  resolve: {
    alias: [{ find: /^@latido\/(client|protocol|react)$/, replacement: `${packages}/$1/src/index.ts` }],
    dedupe: ['react', 'react-dom', 'livekit-client', '@livekit/components-react'],
  },
  build: {
    target: 'es2023',
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
  },
  server: {
    proxy: {
      '/api': { target: server, ws: true },
      '/app': { target: server, ws: true },
      '/broadcasting': server,
    },
  },
});
