import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const STOPS_MOST = 80;

/** What has the focus: its test id or that of what it stands in, and whether one sees it. */
const FOCUSED = `(() => {
  const one = document.activeElement;
  const marked = one?.closest('[data-testid]');
  // A row that is a link, and a choice, show it around the whole of them.
  const around = [one, one?.parentElement, one?.closest('label, li')].filter((each) => each && each !== document.body);
  const isSeen = around.map((each) => getComputedStyle(each)).some(({ outlineStyle, boxShadow }) => outlineStyle !== 'none' || boxShadow !== 'none');
  return { id: marked?.dataset.testid ?? '', isSeen, words: (one?.textContent ?? '').slice(0, 40), tag: one?.tagName ?? '' };
})()`;

interface Focused {
  readonly id: string;
  readonly isSeen: boolean;
  readonly words: string;
  readonly tag: string;
}

/** What has the focus. */
export const focused = (page: Page): Promise<Focused> => page.evaluate(FOCUSED);

/** Goes on with Tab until this has the focus, as a person does, and sees that it is shown. Gives how many presses it took. */
export async function tabTo(page: Page, testId: string): Promise<number> {
  const passed: string[] = [];
  for (let n = 1; n <= STOPS_MOST; n += 1) {
    await page.keyboard.press('Tab');
    const now = await focused(page);
    passed.push(`${now.tag} ${now.id} ${now.words}`);
    if (now.id !== testId) continue;
    expect(now.isSeen, `the focus on ${testId} is to be seen`).toBe(true);
    return n;
  }
  throw new Error(`${testId} is not reached with Tab, past ${passed.slice(0, 30).join(' | ')}`);
}

/** Goes there, and presses. */
export async function pressOn(page: Page, testId: string, key = 'Enter'): Promise<void> {
  await page.getByTestId(testId).first().waitFor();
  await tabTo(page, testId);
  await page.keyboard.press(key);
}

const IN_DIALOG = `document.activeElement?.closest('[role=dialog], dialog') !== null`;

/** A dialog that is open keeps the focus, however often one presses Tab; Escape gives it back to what opened it. */
export async function isDialog(page: Page, openedBy: string): Promise<void> {
  await page.getByRole('dialog').waitFor();
  for (const key of ['Tab', 'Shift+Tab'])
    for (let n = 0; n < 12; n += 1) {
      await page.keyboard.press(key);
      expect(await page.evaluate(IN_DIALOG), `${key} ${n + 1} in the dialog of ${openedBy}`).toBe(true);
    }
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await expect.poll(async () => (await focused(page)).id).toBe(openedBy);
}
