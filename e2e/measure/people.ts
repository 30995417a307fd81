import type { Page } from 'playwright-core';
import { framesPlay, openBrowser, signInByForm, type PersonsBrowser } from '../support/browser.ts';
import { callOf, join } from '../support/call.ts';
import type { Stage } from '../support/stage.ts';
import { listen } from '../support/told.ts';
import { useRelay, type UdpRelay } from '../support/udp-relay.ts';
import { until } from '../support/until.ts';

/** Alice, to whom everything happens, and Bob, who is told; their browsers are opened again when they are gone. */
export class People {
  readonly #stage: Stage;
  readonly #relay: UdpRelay;
  readonly #browsers = new Map<string, PersonsBrowser>();
  #rooms = 0;

  constructor(stage: Stage, relay: UdpRelay) {
    this.#stage = stage;
    this.#relay = relay;
  }

  get alice(): PersonsBrowser {
    return this.#named('alice');
  }

  get bob(): PersonsBrowser {
    return this.#named('bob');
  }

  /** A new call in which both see each other move, with both pages listened to. */
  async meet(): Promise<{ room: string; callId: string }> {
    const room = `fault-${(this.#rooms += 1)}`;
    const { url } = this.#stage.latido;
    await Promise.all(['alice', 'bob'].map((name) => this.#ready(name)));
    const pages = [this.alice.page, this.bob.page];
    for (const page of pages) await join(page, url, room);
    await Promise.all(pages.map((page) => framesPlay(page, 'remote-video')));
    // For ten seconds after its start the server judges nobody (PRES-F7), and a call begins before it is measured.
    await until('the meter to run', async () => (await callOf(this.#stage.bob, room)).billableMs >= 3_000);
    for (const page of pages) await listen(page);
    return { room, callId: (await callOf(this.#stage.bob, room)).callId };
  }

  /** Ends a call from Bob's side, whatever became of Alice. */
  async part(callId: string): Promise<void> {
    await this.#stage.bob.post(`/api/v1/calls/${callId}/end`).catch(() => undefined);
  }

  /** This person's browser is gone: the next meeting opens another one. */
  async lose(name: string): Promise<void> {
    const lost = this.#browsers.get(name);
    this.#browsers.delete(name);
    await lost?.close();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#browsers.keys()].map((name) => this.lose(name)));
  }

  async #ready(name: string): Promise<Page> {
    const open = this.#browsers.get(name);
    if (open) return open.page;
    const browser = await openBrowser({ isWhole: true });
    this.#browsers.set(name, browser);
    if (name === 'alice') await useRelay(browser.page.context(), this.#stage.media.udpPort, this.#relay);
    await signInByForm(browser.page, this.#stage.latido.url, name);
    return browser.page;
  }

  #named(name: string): PersonsBrowser {
    const browser = this.#browsers.get(name);
    if (!browser) throw new Error(`${name} has no browser`);
    return browser;
  }
}
