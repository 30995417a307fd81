import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const said = new WeakMap<Page, string[]>();

/**
 * What is said of a page that is well: LiveKit's client had an offer waiting, a tenth of a second long, when the other
 * side's hang-up closed the connection that it was for.
 */
const HARMLESS = /^warning: could not createOffer with closed peer connection /;

/** Keeps what a page writes into the browser's console, and what it throws. */
export function listenTo(page: Page): void {
  const lines: string[] = [];
  said.set(page, lines);
  page.on('console', (message) => {
    const line = `${message.type()}: ${message.text()} (${message.location().url})`;
    if (message.type() !== 'debug' && !HARMLESS.test(line)) lines.push(line);
  });
  page.on('pageerror', (error) => lines.push(`thrown: ${error.message}`));
}

/** A healthy page says nothing in the console. */
export function isQuiet(page: Page, where: string): void {
  expect({ where, said: said.get(page) }).toEqual({ where, said: [] });
}

/** What was refused on purpose, the browser says in red by itself. */
export function forgetSaid(page: Page): void {
  said.get(page)?.splice(0);
}
