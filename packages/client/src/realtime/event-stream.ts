import { request, type ServerAddress } from '../api/problem.ts';

/** One event of a stream; `id` is empty where it has none. */
export interface StreamEvent {
  readonly event: string;
  readonly data: unknown;
  readonly id: string;
}

/** What is asked for, and how long nothing may be heard. */
export interface StreamOf {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly quietMs: number;
}

/**
 * Events of a server as they come; null for a sign of life that is none. By `fetch`, not by EventSource, which sends no
 * header and keeps to itself why it failed. Throws when it does not open, is no stream, or goes silent.
 */
export async function* eventsOf(from: ServerAddress, of: StreamOf): AsyncGenerator<StreamEvent | null> {
  const quiet = new AbortController();
  const signal = AbortSignal.any([of.signal, quiet.signal]);
  let timer = setTimeout(() => quiet.abort(), of.quietMs);
  try {
    const { path, headers } = of;
    const response = await request(from, { method: 'GET', path, headers, signal });
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
    if (!isStream || !response.body) throw new Error('no stream of events');
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let text = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => quiet.abort(), of.quietMs);
      text += decoder.decode(value, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) yield parse(block);
    }
  } finally {
    clearTimeout(timer);
    quiet.abort();
  }
}

function parse(block: string): StreamEvent | null {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const [, name, value] = /^([a-z]+): ?(.*)$/.exec(line) ?? [];
    if (name === undefined) continue;
    const before = name === 'data' ? fields.get(name) : undefined;
    fields.set(name, before === undefined ? (value ?? '') : `${before}\n${value}`);
  }
  const text = fields.get('data');
  if (text === undefined) return null;
  return { event: fields.get('event') ?? 'message', id: fields.get('id') ?? '', data: parsed(text) };
}

/** What is no JSON is text: a server may send either. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
