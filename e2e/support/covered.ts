import type { Page } from 'playwright-core';

/** Which of these, by their middle line, lie under something that is `over`, by their test ids or classes. */
export async function under(page: Page, of: string, over: string): Promise<string[]> {
  return await page.evaluate(`(() => {
    const boxesOf = (selector) => [...document.querySelectorAll(selector)].map((one) => [one, one.getBoundingClientRect()]);
    const above = boxesOf('${over}').filter(([, { width }]) => width > 1);
    return boxesOf('${of}').filter(([, a]) => above.some(([, b]) =>
      a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)).map(([one]) => one.textContent);
  })()`);
}

/** Which buttons that are in sight something else lies on: who touches the middle of them does not touch them. */
export async function covered(page: Page): Promise<string[]> {
  return await page.evaluate(`[...document.querySelectorAll('button')]
    .map((button) => ({ button, box: button.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 1 && box.height > 1 && box.right <= innerWidth && box.bottom <= innerHeight)
    .filter(({ button, box }) => {
      const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      return top !== null && !button.contains(top);
    })
    .map(({ button }) => button.dataset.testid ?? button.ariaLabel ?? button.textContent)`);
}
