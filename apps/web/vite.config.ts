import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { compiledMessages } from './compiled-messages.ts';
import { precompressed } from './precompressed.ts';

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

/**
 * The test of the connection takes the media client without a call around it. Shared with it, the client would be a file of its own on every
 * page of a call, too, packed four kB worse; so that page, which few open, has a copy.
 */
function ownMediaClient(): Plugin {
  return {
    name: 'latido-own-media-client',
    enforce: 'pre',
    async resolveId(source, importer) {
      if (source !== 'livekit-client' || !importer?.includes('/connection-test/')) return null;
      const found = await this.resolve(source, importer, { skipSelf: true });
      return found && `${found.id}?of-the-connection-test`;
    },
  };
}

const ON_EVERY_PAGE = new RegExp(
  [
    String.raw`node_modules[\\/](react|react-dom|scheduler|use-sync-external-store|use-intl|icu-minify|@tanstack)[\\/]`,
    String.raw`node_modules[\\/]lucide-react[\\/]dist[\\/]esm[\\/](?!icons)`,
    String.raw`packages[\\/]client[\\/]src[\\/]api[\\/]`,
    String.raw`apps[\\/]web[\\/]src[\\/]app[\\/](api|format|feed|device-owner)\.`,
    // Of our parts what the first page draws, and what several others share: alone each would be a file of half a kB.
    String.raw`packages[\\/]react[\\/]src[\\/](parts[\\/](countdown|format|trace|trace-path)|summary[\\/]sums)\.`,
    'preload-helper|I18nProvider',
  ].join('|'),
);

const packages = fileURLToPath(new URL('../../packages', import.meta.url));
const server = process.env['LATIDO_URL'] ?? 'http://127.0.0.1:3000';

export default defineConfig({
  plugins: [twoLanguages(), ownMediaClient(), react(), compiledMessages(), precompressed()],
  // Our packages are taken from their sources, so that nothing has to be built before. Not by the condition `source`:
  // react-aria-components names it too, for files that it does not ship.
  resolve: {
    alias: [
      { find: /^@latido\/(client|protocol|react)$/, replacement: `${packages}/$1/src/index.ts` },
      { find: /^@latido\/react\/([a-z]+)$/, replacement: `${packages}/react/src/$1/index.ts` },
    ],
    dedupe: ['react', 'react-dom', 'livekit-client', '@livekit/components-react'],
  },
  build: {
    target: 'es2023',
    reportCompressedSize: false,
    // A font within a style sheet would be fetched by whoever shows no digit.
    assetsInlineLimit: 0,
    // What every page takes, in one file: packed better than ten small ones, and without the heads of these.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: 'base', test: ON_EVERY_PAGE }],
        },
      },
    },
    chunkSizeWarningLimit: 900,
  },
  server: {
    proxy: {
      '/api': { target: server, ws: true },
      '/app': { target: server, ws: true },
      '/notes': { target: server, ws: true },
      '/broadcasting': server,
    },
  },
});
