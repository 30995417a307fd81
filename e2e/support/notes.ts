import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Opens the notes within a call. */
export async function openNotes(page: Page): Promise<void> {
  await page.getByTestId('open-notes').click();
  await page.locator('[data-testid="notes-page"][contenteditable="true"]').waitFor();
}

/** Waits until all of this stands on the notes. */
export async function reads(page: Page, ...texts: readonly string[]): Promise<void> {
  for (const text of texts) await expect.poll(() => writtenOn(page), { timeout: 30_000 }).toContain(text);
}

/** What stands on the notes, without the flags of cursors. */
export const writtenOn = (page: Page): Promise<string> =>
  page.getByTestId('notes-page').evaluate((notes) => {
    const copy = notes.cloneNode(true) as typeof notes;
    for (const caret of copy.querySelectorAll('.lt-notes-caret')) caret.remove();
    return copy.textContent ?? '';
  });
