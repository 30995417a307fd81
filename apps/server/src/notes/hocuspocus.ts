/**
 * Hocuspocus and Yjs, each once. Hocuspocus' package calls its TypeScript `source`, as ours do, and Node runs no TypeScript of
 * node_modules: what is required instead of imported is the built one. Yjs knows only documents of its own copy, so all comes by this way.
 */
import { createRequire } from 'node:module';
import type * as Server from '@hocuspocus/server';
import type * as Awareness from 'y-protocols/awareness';
import type * as Yjs from 'yjs';

export type { Connection, Document, Hocuspocus } from '@hocuspocus/server';
export type { Doc, GC, Item, Skip, XmlElement, XmlHook, XmlText } from 'yjs';

const load = createRequire(import.meta.url);

export const Y = load('yjs') as typeof Yjs;

const server = load('@hocuspocus/server') as typeof Server;
const awareness = load('y-protocols/awareness') as typeof Awareness;

/** A server of pages that speaks with its readers as `hooks` say. */
export function startHocuspocus<Context>(
  hooks: Partial<Server.Configuration<Context>>,
): Server.Hocuspocus<Context> {
  return new server.Hocuspocus<Context>(hooks);
}

export const { applyAwarenessUpdate, encodeAwarenessUpdate } = awareness;
