import type { Page } from 'playwright-core';
import { until } from './until.ts';

/** One thing that a page has shown, and when, by the one clock of this machine. */
export interface Shown {
  /** Test id of what was shown, or `screen:` and the name of the call's screen. */
  readonly what: string;
  /** Its heading, where it has one. */
  readonly title: string;
  readonly at: number;
}

/** Everything on a call's page that says where somebody is. */
const SAYING = [
  'partner-reconnecting',
  'me-reconnecting',
  'media-away',
  'media-frozen',
  'server-away',
  'partner-gone',
  'call-ended',
];

const LISTEN = `(() => {
  const saying = ${JSON.stringify(SAYING)};
  const told = (window.latidoTold = []);
  const seen = new Map();
  const note = (key, what, title) => {
    if (seen.get(key) === what + title) return;
    seen.set(key, what + title);
    if (what) told.push({ what, title, at: Date.now() });
  };
  const look = () => {
    const state = document.querySelector('[data-testid="partner-state"]')?.getAttribute('data-state');
    note('state', state ? 'screen:' + state : '', '');
    for (const id of saying) {
      const node = document.querySelector('[data-testid="' + id + '"]');
      note(id, node ? id : '', node?.querySelector('h1,h2,h3')?.textContent ?? '');
    }
  };
  look();
  window.latidoListener?.disconnect();
  window.latidoListener = new MutationObserver(look);
  window.latidoListener.observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
})()`;

/** Writes down, in the page itself, all that it says from now on: what stands for an instant only is caught as well. */
export async function listen(page: Page): Promise<void> {
  await page.evaluate(LISTEN);
}

/** A page that is loaded again is listened to from its first instant. */
export async function listenAlways(page: Page): Promise<void> {
  await page.addInitScript(LISTEN);
}

/** What the page has said since {@link listen}. */
export function toldBy(page: Page): Promise<Shown[]> {
  return page.evaluate<Shown[]>('window.latidoTold ?? []');
}

/** The first time that the page said this. */
export function saidBy(page: Page, what: string, patienceMs?: number): Promise<Shown> {
  return until(
    `${what} on the page`,
    async () => (await toldBy(page)).find((each) => each.what === what),
    patienceMs,
  );
}
