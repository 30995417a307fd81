import type { Notice } from '@latido/protocol';
import { connectRealtime } from './connect-realtime.ts';
import type { RealtimeConnection, RealtimeDoor, RealtimeOptions, RealtimeStatus } from './options.ts';
import { Reading } from './reading.ts';
import { TIMING, type Timing } from './timing.ts';

type Listen = (event: string, data: unknown) => void;

/** What tabs say to each other. */
type Said =
  /** Of the leader. `leads`: it has just become that, and asks what is wanted. */
  | { readonly status: RealtimeStatus; readonly door: RealtimeDoor | null; readonly leads?: true }
  | { readonly notice: Notice }
  | { readonly reset: string }
  | { readonly heard: string; readonly event: string; readonly data: unknown }
  | { readonly any: string; readonly event: string; readonly data: unknown }
  /** To the leader. */
  | { readonly ask: 'status' | 'wake' }
  | { readonly want: string; readonly tab: string }
  | { readonly drop: string; readonly tab: string };

/** A follower asks so often whether its leader is there. */
const ASK_EVERY_MS = 5_000;
/** A leader that says nothing for so long while somebody looks at another tab (a phone has put it to sleep) leads no more. */
const SILENT_MS = 12_000;

/**
 * As {@link connectRealtime}, with one connection for all tabs of a browser: the tab that holds a lock connects and passes on what it is
 * told. When it is closed, or sleeps while another one is looked at, another goes on from its own cursor, so that nothing is lost or told
 * twice. Where a browser has no locks each tab connects by itself.
 */
export function connectShared(options: RealtimeOptions, timing: Timing = TIMING): RealtimeConnection {
  const canShare =
    typeof BroadcastChannel !== 'undefined' && typeof navigator !== 'undefined' && 'locks' in navigator;
  return canShare ? new SharedConnection(options, timing) : connectRealtime(options, timing);
}

class SharedConnection implements RealtimeConnection {
  readonly #options: RealtimeOptions;
  readonly #timing: Timing;
  readonly #name: string;
  readonly #air: BroadcastChannel;
  readonly #reading: Reading;
  readonly #tab = crypto.randomUUID();
  readonly #listeners = new Map<string, Set<Listen>>();
  readonly #opened = new Set<() => void>();
  readonly #asking: ReturnType<typeof setInterval>;
  readonly #shown = (): void => {
    // Who slept as well has heard nothing, and gives the leader its time.
    this.#heardAt = Date.now();
    this.wake();
  };
  #status: RealtimeStatus = 'connecting';
  #door: RealtimeDoor | null = null;
  #heardAt = Date.now();
  /** While this tab leads: its connection, and which tabs want which channels. */
  #own: RealtimeConnection | null = null;
  readonly #wants = new Map<string, { readonly tabs: Set<string>; readonly stop: () => void }>();
  #place: AbortController | null = null;
  #release: () => void = () => undefined;

  constructor(options: RealtimeOptions, timing: Timing) {
    this.#options = options;
    this.#timing = timing;
    this.#name = `latido.realtime ${options.url} ${options.personId}`;
    this.#reading = new Reading(options.after ?? null, options.onNotice);
    this.#air = new BroadcastChannel(this.#name);
    this.#air.addEventListener('message', ({ data }: MessageEvent<Said>) => this.#hear(data));
    this.#asking = setInterval(() => this.#ask(), ASK_EVERY_MS);
    if (typeof document !== 'undefined') document.addEventListener('visibilitychange', this.#shown);
    this.#queue();
    this.#say({ ask: 'status' });
  }

  get status(): RealtimeStatus {
    return this.#status;
  }

  get connected(): boolean {
    return this.#status === 'live';
  }

  get door(): RealtimeDoor | null {
    return this.#own ? this.#own.door : this.#door;
  }

  get cursor(): string | null {
    return this.#reading.cursor;
  }

  subscribe(channel: string, onEvent: Listen): () => void {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(onEvent));
    if (listeners.size === 1) this.#want(channel);
    return () => {
      if (!listeners.delete(onEvent) || listeners.size > 0 || this.#listeners.get(channel) !== listeners)
        return;
      this.#listeners.delete(channel);
      if (this.#own) this.#dropped(channel, this.#tab);
      else this.#say({ drop: channel, tab: this.#tab });
    };
  }

  opened(tell: () => void): () => void {
    this.#opened.add(tell);
    return () => this.#opened.delete(tell);
  }

  wake(): void {
    if (this.#own) this.#own.wake();
    else this.#say({ ask: 'wake' });
  }

  close(): void {
    if (this.#status === 'closed') return;
    clearInterval(this.#asking);
    if (typeof document !== 'undefined') document.removeEventListener('visibilitychange', this.#shown);
    if (!this.#own)
      for (const channel of this.#listeners.keys()) this.#say({ drop: channel, tab: this.#tab });
    this.#set('closed');
    this.#stepDown();
    this.#place?.abort();
    this.#air.close();
  }

  /** Waits to lead, or takes the lead from one that sleeps. */
  #queue(steal = false): void {
    this.#place?.abort();
    const place = new AbortController();
    this.#place = place;
    const how = steal ? { steal } : { signal: place.signal };
    const over = (): void => {
      // Given up for another place, or closed.
      if (this.#place !== place || this.#status === 'closed') return;
      this.#stepDown();
      this.#queue();
    };
    void navigator.locks.request(this.#name, how, () => this.#lead()).then(over, over);
  }

  /** Resolves when it leads no more. */
  #lead(): Promise<void> {
    if (this.#status === 'closed') return Promise.resolve();
    const held = new Promise<void>((resolve) => (this.#release = resolve));
    const after = this.#reading.cursor;
    const own = connectRealtime(
      {
        ...this.#options,
        ...(after === null ? {} : { after }),
        onNotice: (notice) => {
          if (this.#reading.take(notice)) this.#say({ notice });
        },
        onEvent: (event, data, channel) => {
          this.#options.onEvent?.(event, data, channel);
          this.#say({ any: channel, event, data });
        },
        onReset: () => {
          this.#reset(own.cursor ?? '');
          this.#say({ reset: own.cursor ?? '' });
        },
        onStatus: (status) => {
          if (this.#own !== own) return;
          this.#set(status);
          this.#say({ status, door: own.door });
        },
      },
      this.#timing,
    );
    this.#own = own;
    for (const channel of this.#listeners.keys()) this.#want(channel);
    this.#say({ status: own.status, door: own.door, leads: true });
    return held;
  }

  #stepDown(): void {
    const own = this.#own;
    this.#own = null;
    own?.close();
    this.#wants.clear();
    this.#release();
    this.#heardAt = Date.now();
  }

  #hear(said: Said): void {
    if (this.#status === 'closed') return;
    if ('ask' in said || 'want' in said || 'drop' in said) return this.#hearFollower(said);
    // A leader that was put to sleep says the rest of its words when it wakes.
    if (this.#own) return;
    this.#heardAt = Date.now();
    if ('notice' in said) this.#reading.take(said.notice);
    else if ('reset' in said) this.#reset(said.reset);
    else if ('heard' in said) this.#give(said.heard, said.event, said.data);
    else if ('any' in said) this.#options.onEvent?.(said.event, said.data, said.any);
    else {
      this.#door = said.door;
      this.#set(said.status);
      if (said.leads) for (const channel of this.#listeners.keys()) this.#want(channel);
    }
  }

  #hearFollower(said: Extract<Said, { ask: unknown } | { want: unknown } | { drop: unknown }>): void {
    if (!this.#own) return;
    if ('want' in said) this.#wanted(said.want, said.tab);
    else if ('drop' in said) this.#dropped(said.drop, said.tab);
    else {
      if (said.ask === 'wake') this.#own.wake();
      this.#say({ status: this.#status, door: this.#own.door });
    }
  }

  #want(channel: string): void {
    if (this.#own) this.#wanted(channel, this.#tab);
    else this.#say({ want: channel, tab: this.#tab });
  }

  #wanted(channel: string, tab: string): void {
    const before = this.#wants.get(channel);
    if (before) return void before.tabs.add(tab);
    const stop = this.#own?.subscribe(channel, (event, data) => {
      this.#give(channel, event, data);
      this.#say({ heard: channel, event, data });
    });
    if (stop) this.#wants.set(channel, { tabs: new Set([tab]), stop });
  }

  #dropped(channel: string, tab: string): void {
    const wanted = this.#wants.get(channel);
    wanted?.tabs.delete(tab);
    if (wanted?.tabs.size !== 0) return;
    this.#wants.delete(channel);
    wanted.stop();
  }

  #give(channel: string, event: string, data: unknown): void {
    for (const listen of this.#listeners.get(channel) ?? []) listen(event, data);
  }

  #reset(cursor: string): void {
    this.#reading.moveTo(cursor);
    this.#options.onReset?.();
  }

  #ask(): void {
    if (this.#own) return;
    const isSeen = typeof document === 'undefined' || document.visibilityState === 'visible';
    if (isSeen && Date.now() - this.#heardAt > SILENT_MS) this.#queue(true);
    else this.#say({ ask: 'status' });
  }

  #say(said: Said): void {
    if (this.#status !== 'closed') this.#air.postMessage(said);
  }

  #set(status: RealtimeStatus): void {
    if (this.#status === status || this.#status === 'closed') return;
    this.#status = status;
    this.#options.onStatus?.(status);
    if (status === 'live' || status === 'polling') for (const tell of this.#opened) tell();
  }
}
