import { framesPlay, signInByForm, type BrowserOptions, type PersonsBrowser } from './browser.ts';
import { callOf, join } from './call.ts';
import { heard, learn } from './sentences.ts';
import type { Stage } from './stage.ts';
import { listen, listenAlways } from './told.ts';

interface NoticeAnswer {
  readonly type: string;
  readonly payload: { readonly state?: string; readonly reason?: string; readonly callId?: string };
}

interface FactAnswer {
  readonly type: string;
  readonly source: string;
  readonly receivedAt: string;
  readonly identity: string | null;
}

/** Alice, to whom everything happens, whose page is English; and Bob, who is told, in Spanish. A class: it outlives browsers. */
export class Pair {
  readonly #stage: Stage;
  readonly #browserOf: (options: BrowserOptions) => Promise<PersonsBrowser>;
  #alice: PersonsBrowser | undefined;
  #bob: PersonsBrowser | undefined;
  #rooms = 0;
  #room = '';
  #callId = '';
  #readTo = '';

  constructor(stage: Stage, browserOf: (options: BrowserOptions) => Promise<PersonsBrowser>) {
    this.#stage = stage;
    this.#browserOf = browserOf;
  }

  get alice(): PersonsBrowser {
    if (!this.#alice) throw new Error('Alice has no browser');
    return this.#alice;
  }

  get bob(): PersonsBrowser {
    if (!this.#bob) throw new Error('Bob has no browser');
    return this.#bob;
  }

  get room(): string {
    return this.#room;
  }

  get callId(): string {
    return this.#callId;
  }

  /** Opens a browser for whoever has none, or has lost it. */
  async open(prepare: (alice: PersonsBrowser) => Promise<void> = async () => undefined): Promise<void> {
    const of = async (name: string, locale: string): Promise<PersonsBrowser> => {
      const opened = await this.#browserOf({ locale });
      if (name === 'alice') await prepare(opened);
      await listenAlways(opened.page);
      await signInByForm(opened.page, this.#stage.latido.url, name);
      return opened;
    };
    const [alice, bob] = await Promise.all([
      this.#alice ?? of('alice', 'en-US'),
      this.#bob ?? of('bob', 'es-ES'),
    ]);
    [this.#alice, this.#bob] = [alice, bob];
  }

  /** Alice's browser is no more. */
  async loseAlice(): Promise<void> {
    const lost = this.#alice;
    this.#alice = undefined;
    await lost?.close();
  }

  /** Alice closed her tab: the next one of the same browser. */
  async nextTab(): Promise<void> {
    const page = await this.alice.page.context().newPage();
    await listenAlways(page);
    this.#alice = { ...this.alice, page };
  }

  /** A new call in which both see each other. */
  async meet(): Promise<void> {
    await this.open();
    this.#room = `who-left-${(this.#rooms += 1)}`;
    for (const { page } of [this.alice, this.bob]) await join(page, this.#stage.latido.url, this.#room);
    await this.areTogether();
    this.#callId = (await callOf(this.#stage.bob, this.#room)).callId;
    await Promise.all([learn(this.alice.page), learn(this.bob.page)]);
    await this.hear();
  }

  /** Both pages say so, and both pictures move. */
  async areTogether(): Promise<void> {
    const pages = [this.alice.page, this.bob.page];
    await Promise.all(
      pages.map((page) => page.locator('[data-testid="partner-state"][data-state="live"]').waitFor()),
    );
    await Promise.all(pages.map((page) => framesPlay(page, 'remote-video', 2)));
  }

  /** From now on what the pages say counts, and what Bob is sent. */
  async hear(): Promise<void> {
    await Promise.all([listen(this.alice.page), listen(this.bob.page)]);
    this.#readTo = (await this.#stage.bob.get<{ cursor: string }>('/api/v1/inbox')).cursor;
  }

  /** What both pages have said since then. */
  async said(): Promise<{ alice: string[]; bob: string[] }> {
    const [alice, bob] = await Promise.all([heard(this.alice.page), heard(this.bob.page)]);
    return { alice, bob };
  }

  /** What Bob was sent of Alice in this call since then, in the order of sending. */
  async notices(): Promise<string[]> {
    const { items } = await this.#stage.bob.get<{ items: NoticeAnswer[] }>(
      `/api/v1/inbox?after=${this.#readTo}&limit=200`,
    );
    return items
      .filter(({ type, payload }) => payload.callId === this.#callId && type.startsWith('call.partner_'))
      .map(({ type, payload }) =>
        [type.slice('call.partner_'.length), payload.state, payload.reason].filter(Boolean).join(' '),
      );
  }

  /** What is known of this call, for a story that failed. */
  async facts(): Promise<string> {
    const { items } = await this.#stage.admin.get<{ items: FactAnswer[] }>(
      `/api/v1/calls/${this.#callId}/facts?limit=1000`,
    );
    return items
      .slice(-60)
      .map(
        ({ type, source, receivedAt, identity }) => `${receivedAt.slice(14)} ${source} ${type} ${identity}`,
      )
      .join('\n');
  }
}
