import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const said = new WeakMap<Page, string[]>();

/** Keeps what a page writes into the browser's console, and what it throws. */
export function listenTo(page: Page): void {
  const lines: string[] = [];
  said.set(page, lines);
  page.on('console', (message) => {
    if (message.type() !== 'debug')
      lines.push(`${message.type()}: ${message.text()} (${message.location().url})`);
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
