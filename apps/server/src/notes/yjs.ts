import type { NoteBlock, NoteMark, NoteNode } from '@latido/core';
import {
  Y,
  type Doc,
  type GC,
  type Item,
  type Skip,
  type XmlElement,
  type XmlHook,
  type XmlText,
} from './hocuspocus.ts';

/** What the editor calls the one fragment of its document. */
const FRAGMENT = 'default';

/** What is wrong with an update can be seen in it alone: it cannot be read, or it builds on words of its writer that come later. */
export function isUpdate(update: Uint8Array): boolean {
  try {
    return Y.decodeUpdate(update).structs.every(buildsOnWhatIs);
  } catch {
    return false;
  }
}

function buildsOnWhatIs(struct: Item | GC | Skip): boolean {
  if (!(struct instanceof Y.Item)) return true;
  const { client, clock } = struct.id;
  const { origin, rightOrigin, parent } = struct;
  const before = [origin, rightOrigin, parent instanceof Y.ID ? parent : null];
  return before.every((id) => id?.client !== client || id.clock < clock);
}

/**
 * Adds updates to a document, each by itself: one that fails is left out, and the others stay. Whoever listens is told once.
 * Gives how many failed.
 */
export function addAll(doc: Doc, updates: readonly Uint8Array[], origin?: unknown): number {
  let failed = 0;
  doc.transact(() => {
    for (const update of updates) {
      try {
        Y.applyUpdate(doc, update, origin);
      } catch {
        failed += 1;
      }
    }
  }, origin);
  return failed;
}

/** A document of these updates. */
export function documentOf(updates: readonly Uint8Array[]): Doc {
  const doc = new Y.Doc();
  addAll(doc, updates);
  return doc;
}

/** The change that makes a document say what another one says. */
export function changeTo(now: Doc, then: Doc): Uint8Array {
  const before = Y.encodeStateVector(now);
  const page = now.getXmlFragment(FRAGMENT);
  now.transact(() => {
    page.delete(0, page.length);
    page.insert(
      0,
      then
        .getXmlFragment(FRAGMENT)
        .toArray()
        .flatMap((each) => (each instanceof Y.XmlHook ? [] : [each.clone()])),
    );
  });
  return Y.encodeStateAsUpdate(now, before);
}

/** The page of a document, as core reads it. */
export function pageIn(doc: Doc): NoteNode[] {
  return doc.getXmlFragment(FRAGMENT).toArray().flatMap(nodesOf);
}

function nodesOf(node: XmlElement | XmlText | XmlHook): NoteNode[] {
  if (node instanceof Y.XmlText) return textsOf(node);
  if (!(node instanceof Y.XmlElement)) return [];
  const block: NoteBlock = {
    type: node.nodeName,
    attrs: node.getAttributes(),
    content: node.toArray().flatMap(nodesOf),
  };
  return [block];
}

function textsOf(text: XmlText): NoteNode[] {
  const pieces = text.toDelta() as { insert: unknown; attributes?: Record<string, unknown> }[];
  return pieces
    .filter((piece): piece is typeof piece & { insert: string } => typeof piece.insert === 'string')
    .map(({ insert, attributes = {} }) => ({
      type: 'text' as const,
      text: insert,
      marks: Object.entries(attributes).map(([type, attrs]): NoteMark => ({
        type,
        attrs: typeof attrs === 'object' && attrs !== null ? { ...attrs } : {},
      })),
    }));
}
