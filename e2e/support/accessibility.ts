import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** All but react-aria's own voice box, which names what it says by elements that are gone by then. */
const WHERE = JSON.stringify({ exclude: ['[data-live-announcer]'] });
const RULES = JSON.stringify({
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  // Left out where nobody asks for them: a name begins with what is seen, and a target is big enough to be hit.
  rules: { 'label-content-name-mismatch': { enabled: true }, 'target-size': { enabled: true } },
  resultTypes: ['violations'],
});

interface Violation {
  readonly id: string;
  readonly nodes: readonly {
    readonly target: readonly string[];
    readonly html: string;
    readonly failureSummary?: string;
  }[];
}

/** Judges a page as it stands by WCAG 2.2 A and AA and by good practice (axe-core), and names what breaks a rule, and where. */
export async function isAccessible(page: Page, name: string): Promise<void> {
  // Half of a change is no colour of ours.
  await page.waitForFunction(() =>
    document.getAnimations().every((one) => !(one instanceof CSSTransition) || one.playState !== 'running'),
  );
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate(`axe.run(${WHERE}, ${RULES})`)) as { violations: Violation[] };
  const found = violations.map(({ id, nodes }) => ({
    id,
    where: nodes
      .slice(0, 3)
      .map((node) => `${node.target.join(' ')} ${node.html.slice(0, 200)}: ${node.failureSummary ?? ''}`),
  }));
  expect({ page: name, found }).toEqual({ page: name, found: [] });
}
