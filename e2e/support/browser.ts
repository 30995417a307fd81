import { chromium, type Browser, type Page } from 'playwright-core';
import { afterEach } from 'vitest';
import { findChromium } from '@latido/tools/testing';
import { PLAIN_LABELS, portraitOf, type Sitter } from './portrait.ts';
import { isKept } from './picture.ts';
import { listenTo } from './said.ts';
import { PASSWORD } from './server.ts';
import { PATIENCE_MS, until } from './until.ts';

const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--allow-loopback-in-peer-connection',
];

/**
 * A camera of a sixteenth of the points that a page asks for: no story counts them, and three pages that send and show each other's were
 * more than two processors could do.
 */
const SMALL_PICTURE = `(() => {
  const open = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  const small = (video) => ({ ...(video === true ? {} : video), width: 320, height: 180 });
  if (open) navigator.mediaDevices.getUserMedia = (of) => open(of?.video ? { ...of, video: small(of.video) } : of);
})()`;

/** A browser of one person: a process of its own, so that it can be killed apart. */
export interface PersonsBrowser {
  readonly browser: Browser;
  readonly pid: number;
  readonly page: Page;
  /** SIGKILL to the whole browser, as a crash or a flat battery would. */
  kill(): void;
  close(): Promise<void>;
}

export interface BrowserOptions {
  readonly colorScheme?: 'light' | 'dark';
  readonly viewport?: { width: number; height: number };
  readonly locale?: string;
  /** Where its clock is read, as IANA names it; else as on this machine. */
  readonly timeZone?: string;
  /** Who sits before the camera; without a name it shows Chromium's test pattern. */
  readonly sitter?: Sitter;
  /** Whether the camera gives all that a page asks for, and lines move: for a story about pictures that stop, and for what is measured. */
  readonly isWhole?: boolean;
}

/** Opens a Chromium with a fake camera and microphone. */
export async function openBrowser(options: BrowserOptions = {}): Promise<PersonsBrowser> {
  const found = await findChromium();
  if (!found) throw new Error('no Chromium: set CHROMIUM_PATH or install chromium');
  const film = options.sitter ? portraitOf(options.sitter) : null;
  const isSmall = !options.sitter && !options.isWhole && !isKept;
  // Ten pictures a second are a moving one; twenty, the default, are much of what a story costs.
  const camera = `--use-fake-device-for-media-stream${isSmall ? '=fps=10' : ''}`;
  const args = [...FLAGS, camera, ...(film ? [`--use-file-for-fake-video-capture=${film.file}`] : [])];
  const server = await chromium.launchServer({ executablePath: found.path, args, headless: true });
  const browser = await chromium.connect(server.wsEndpoint());
  const context = await browser.newContext({
    viewport: options.viewport ?? { width: 1280, height: 800 },
    colorScheme: options.colorScheme ?? 'light',
    locale: options.locale ?? 'en-US',
    ...(options.timeZone ? { timezoneId: options.timeZone } : {}),
    // Lines that beat are drawn once a second, not twenty times: each is a picture more to paint without a graphics card.
    reducedMotion: isSmall ? 'reduce' : 'no-preference',
    permissions: ['camera', 'microphone'],
  });
  context.setDefaultTimeout(PATIENCE_MS);
  if (options.sitter) await context.addInitScript(PLAIN_LABELS);
  if (isSmall) await context.addInitScript(SMALL_PICTURE);
  const page = await context.newPage();
  listenTo(page);
  const child = server.process();
  return {
    browser,
    pid: child.pid ?? 0,
    page,
    kill: () => void child.kill('SIGKILL'),
    close: async () => {
      await browser.close().catch(() => undefined);
      await server.close().catch(() => undefined);
      film?.remove();
    },
  };
}

/**
 * Opens browsers one by one and closes them all in the end. Called while a story is collected: what its pages show when
 * a test of it fails is printed, since a page that waits for ever says nothing of itself.
 */
export function openBrowsers() {
  const open: PersonsBrowser[] = [];
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    for (const { page } of open) console.log(`${page.url()} shows:\n${await wordsOf(page)}`);
  });
  const browserOf = async (options?: BrowserOptions): Promise<PersonsBrowser> => {
    const opened = await openBrowser(options);
    open.push(opened);
    return opened;
  };
  return {
    browserOf,
    pageOf: async (options?: BrowserOptions): Promise<Page> => (await browserOf(options)).page,
    closeAll: () => Promise.all(open.map((each) => each.close())),
  };
}

const ANSWERS_WITHIN_MS = 5_000;

/** The words of a page, without waiting for any: one that is held in the middle of loading answers nothing at all. */
async function wordsOf(page: Page): Promise<string> {
  const silence = new Promise<string>((resolve) =>
    setTimeout(resolve, ANSWERS_WITHIN_MS, 'nothing: it hangs'),
  );
  const words = await Promise.race([page.evaluate(() => document.body.innerText).catch(String), silence]);
  return words.replace(/\s+/g, ' ').slice(0, 600);
}

/** Signs somebody in by the form, as a person would. */
export async function signInByForm(page: Page, url: string, name: string): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByTestId('sign-in-email').fill(`${name}@demo.test`);
  await page.getByTestId('sign-in-password').fill(PASSWORD);
  await page.getByTestId('sign-in-submit').click();
  await page.waitForURL((address) => !address.pathname.startsWith('/sign-in'));
}

/** Waits until so many more frames of a video element were shown: a picture that moves, not one that stands. */
export async function framesPlay(page: Page, testId: string, more = 10): Promise<number> {
  const count = () =>
    page
      .getByTestId(testId)
      .first()
      .evaluate((node) => {
        const video = (
          node instanceof HTMLVideoElement ? node : node.querySelector('video')
        ) as HTMLVideoElement | null;
        return video && video.videoWidth > 0 ? video.getVideoPlaybackQuality().totalVideoFrames : 0;
      });
  const first = await until(`frames in ${testId}`, async () => (await count()) || null);
  return until(`${more} more frames in ${testId}`, async () => {
    const now = await count();
    return now >= first + more ? now : null;
  });
}
