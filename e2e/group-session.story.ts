import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Booking, Messages, Recording, Recordings } from '@latido/protocol';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { framesPlay, openBrowsers, signInByForm, type PersonsBrowser } from './support/browser.ts';
import { covered } from './support/covered.ts';
import { canLookAtFilms, filmsGrow, lightest, probe, sensed } from './support/film.ts';
import { openNotes, reads, writtenOn } from './support/notes.ts';
import type { Caller } from './support/people.ts';
import { picture } from './support/picture.ts';
import { recordersOf } from './support/processes.ts';
import { bookLater, everybody } from './support/session.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { timed, until } from './support/until.ts';

const OF_DORA = 'What we agree on today is written down here, word for word, whatever becomes of the server.';
const OF_EVE = 'Y yo escribo al mismo tiempo, en otra línea.';
const canRecord = await canLookAtFilms();

/** One session from before its time to its record, with everything that may break in between. */
describe('A session of three, all of it', () => {
  let stage: Stage;
  let folder: string;
  let people: { dora: Caller; eve: Caller; alice: Caller };
  let id: string;
  let pages: { dora: Page; eve: Page; alice: Page };
  let doras: PersonsBrowser;
  const browsers = openBrowsers();

  beforeAll(async () => {
    const [embedded] = stores();
    folder = await mkdtemp(join(tmpdir(), 'latido-films-'));
    stage = await setStage(embedded!, { LATIDO_RECORDINGS_DIR: join(folder, 'kept') });
    const [dora, eve] = (await everybody(stage.latido.url, 'dora', 'eve')) as [Caller, Caller];
    people = { dora, eve, alice: stage.alice };
    ({ id } = await bookLater(stage.latido, { host: dora, guests: [eve, stage.alice] }));
    doras = await browsers.browserOf();
    pages = {
      dora: doras.page,
      eve: await browsers.pageOf({ locale: 'es-ES' }),
      alice: await browsers.pageOf({ viewport: { width: 1000, height: 760 } }),
    };
    const names = ['dora', 'eve', 'alice'] as const;
    await Promise.all(names.map((name) => signInByForm(pages[name], stage.latido.url, name)));
  });
  afterAll(async () => {
    await browsers.closeAll();
    await stage?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const session = (): Promise<Booking> => people.dora.get<Booking>(`/api/v1/bookings/${id}`);
  const callId = async (): Promise<string> => (await session()).callId ?? '';
  const pageOf = (name: keyof typeof pages, rest = ''): Promise<unknown> =>
    pages[name].goto(`${stage.latido.url}/dashboard/sessions/${id}${rest}`);
  const recording = async (): Promise<Recording | undefined> =>
    (await people.dora.get<Recordings>(`/api/v1/calls/${await callId()}/recordings`)).items[0];

  test('nobody begins or comes in before the time; it is moved, begun, and two are let in', async () => {
    const { dora, eve, alice } = pages;
    await pageOf('dora');
    expect(await dora.getByTestId('start-session').isDisabled()).toBe(true);
    const early = await people.dora.post<{ code: string }>(`/api/v1/bookings/${id}/start`);
    expect([early.status, early.body.code]).toEqual([409, 'booking.too_early']);
    await isShutOut('booking.not_started');
    await dora.getByTestId('move-session').click();
    await dora.getByTestId('slot').first().click();
    await dora.getByTestId('move-confirm').click();
    await dora.locator('[data-testid="start-session"]:not([disabled])').click();
    await dora.getByTestId('enter-session').waitFor();
    await isShutOut('lobby.not_admitted');
    for (const name of ['eve', 'alice'] as const) {
      await pageOf(name);
      await pages[name].getByTestId('ask-in').click();
      await pages[name].locator('[data-testid="door-state"][data-state="waiting"]').waitFor();
    }
    await dora.getByTestId('enter-session').click();
    await dora.getByTestId('open-door').click();
    await dora.getByTestId('admit-all').click();
    await expect.poll(() => dora.getByTestId('remove').count()).toBe(2);
    await dora.keyboard.press('Escape');
    for (const page of [eve, alice]) await page.getByTestId('enter-session').click();
    for (const page of Object.values(pages)) {
      await expect.poll(() => page.getByTestId('grid-tile').count(), { timeout: 60_000 }).toBe(3);
      await framesPlay(page, 'remote-video');
    }
    await picture(dora, 'group-session');
    await alice.setViewportSize({ width: 844, height: 390 });
    await expect.poll(() => covered(alice)).toEqual([]);
    await picture(alice, 'group-session-side');
    await alice.setViewportSize({ width: 1000, height: 760 });
  });

  test('one no holds the recording, three yes make it; the host whose browser is killed comes back as host', async () => {
    const { dora, eve, alice } = pages;
    if (canRecord) {
      await dora.getByTestId('record').click();
      await alice.getByTestId('recording-no').click();
      await dora.getByTestId('recording-held').getByText('Alice').waitFor();
      await eve.getByTestId('recording-yes').click();
      expect(await recordersOf(stage.latido.pid)).toEqual([]);
      await picture(dora, 'group-session-no');
      await alice.getByTestId('recording-yes').click();
      for (const page of [dora, eve, alice])
        await page.locator('.lt-rec-sign[data-recorded="true"]').waitFor();
      await filmsGrow(join(folder, 'kept'), 1);
    }
    doras.kill();
    for (const page of [eve, alice]) await page.getByTestId('grid').waitFor({ state: 'detached' });
    doras = await browsers.browserOf();
    pages = { ...pages, dora: doras.page };
    await signInByForm(pages.dora, stage.latido.url, 'dora');
    await pageOf('dora', '/video');
    await expect.poll(() => pages.dora.getByTestId('grid-tile').count(), { timeout: 60_000 }).toBe(3);
    await framesPlay(pages.dora, 'remote-video');
    await pages.dora.getByTestId('open-door').click();
    await pages.dora.getByTestId('lock-room').click();
    await pages.dora.getByText('Locked: nobody new').waitFor();
    await pages.dora.keyboard.press('Escape');
    if (canRecord) await pages.dora.locator('.lt-rec-sign[data-recorded="true"]').waitFor();
  });

  test('the server is killed while they write, type and are filmed: nothing that was written is lost', async () => {
    const { dora, eve, alice } = pages;
    for (const page of [dora, eve]) await openNotes(page);
    await dora.getByTestId('notes-page').click();
    await dora.keyboard.type('Plan');
    await dora.keyboard.press('Enter');
    await reads(eve, 'Plan');
    await eve.getByTestId('notes-page').click();
    await eve.keyboard.press('Control+Home');
    await alice.getByTestId('toggle-chat').click();
    const typing = Promise.all([
      dora.keyboard.type(OF_DORA, { delay: 60 }),
      eve.keyboard.type(OF_EVE, { delay: 60 }),
    ]);
    const writing = writeUntilRefused(await callId());
    await until('words of both', async () => {
      const [there, here] = [await writtenOn(eve), await writtenOn(dora)];
      return there.includes(OF_DORA.slice(0, 12)) && here.includes(OF_EVE.slice(0, 12));
    });
    await until('messages', () => writing.acknowledged.length > 5);
    const killedAt = Date.now();
    await stage.latido.kill();
    await alice.getByTestId('chat-field').fill('While it was away');
    await alice.keyboard.press('Enter');
    await alice.locator('[data-testid="chat-unsent"][data-failed="lost"]').waitFor();
    await Promise.all([typing, writing.over]);
    await timed('the server is back', () => stage.latido.start());

    await alice.getByTestId('chat-unsent').getByRole('button', { name: 'Send again' }).click();
    await alice.getByTestId('chat-message').getByText('While it was away').waitFor();
    await expect.poll(() => alice.getByTestId('chat-unsent').count()).toBe(0);
    for (const page of [dora, eve]) {
      await reads(page, OF_DORA, OF_EVE);
      await page.locator('[data-state="saved"] [data-testid="notes-state"]').waitFor();
    }
    await everyMessageIsThereOnce([...writing.acknowledged, 'While it was away']);
    await alice.reload();
    await framesPlay(alice, 'remote-video');
    await openNotes(alice);
    await reads(alice, OF_DORA, OF_EVE, 'Plan');
    await picture(alice, 'group-session-notes');
    if (!canRecord) return;
    await filmsGrow(join(folder, 'kept'), 2);
    await dora.getByTestId('recording-stop').click();
    const done = await until('the recording to be over', async () => {
      const now = await recording();
      return now?.state === 'stopped' && now.parts.length === 2 && now;
    });
    const ends = [killedAt, Date.parse(done.endedAt ?? '')];
    for (const { n, startedAt, durationMs } of done.parts) {
      const seconds = await isAFilm(await film(done, n));
      // Also of the one whose recorder could say nothing any more.
      expect(Math.abs((durationMs ?? 0) / 1_000 - seconds), 'what is said of it').toBeLessThan(0.2);
      const within = ((ends[n - 1] ?? 0) - Date.parse(startedAt)) / 1_000;
      // To the second only where the machine keeps up with three browsers and a film: recording.story asks that of a lighter scene.
      console.log(`    part ${n} plays ${seconds} s, made within ${within} s`);
      if (n === 1) expect(seconds, 'up to the kill').toBeGreaterThan(within / 2);
    }
  });

  test('afterwards all of it stands on the session’s page', async () => {
    const { dora, alice } = pages;
    await dora.getByTestId('open-door').click();
    await dora.getByTestId('end-session').click();
    for (const page of Object.values(pages)) await page.getByTestId('coming').waitFor();
    await expect.poll(() => dora.getByTestId('came').count()).toBe(3);
    await expect.poll(() => alice.getByTestId('came').count()).toBe(1);
    const { status, coming = [] } = await session();
    expect(status).toBe('COMPLETED');
    expect(coming.map(({ name, verdict }) => [name, verdict]).toSorted()).toEqual([
      ['Alice', 'present'],
      ['Dora', 'present'],
      ['Eve', 'present'],
    ]);
    for (const line of coming) expect(line.cameraMs, `${line.name}’s camera`).toBeGreaterThan(5_000);
    expect(coming.find(({ name }) => name === 'Alice')?.messages).toBeGreaterThan(5);
    for (const page of [dora, alice]) {
      await page.getByTestId('written').getByText('While it was away').waitFor();
      await page.getByTestId('open-notes').click();
      await reads(page, OF_DORA, OF_EVE);
    }
    const { items } = await people.dora.get<{ items: { personId: string }[] }>(
      `/api/v1/calls/${await callId()}/intervals`,
    );
    const there = new Set(items.map(({ personId }) => personId));
    // The recorder is nobody.
    expect(there).toEqual(new Set(Object.values(people).map(({ personId }) => personId)));
    if (canRecord) {
      const films = alice.getByTestId('recordings').locator('video');
      await expect.poll(() => films.count()).toBe(2);
      for (const n of [0, 1]) {
        const shown = () =>
          films.nth(n).evaluate((node: HTMLVideoElement) => node.videoWidth > 0 && node.duration > 1);
        await films.nth(n).scrollIntoViewIfNeeded();
        await expect.poll(shown, { timeout: 30_000 }).toBe(true);
      }
      // The time of a message leads to where it was written.
      await alice.getByTestId('look-at').first().click();
      const places = () =>
        films.evaluateAll((all) => all.map((film) => (film as HTMLVideoElement).currentTime));
      await expect.poll(async () => Math.max(...(await places()))).toBeGreaterThan(1);
    }
    await picture(dora, 'group-session-after', { fullPage: true });
  });

  async function isShutOut(code: string): Promise<void> {
    for (const who of [people.eve, people.alice]) {
      const { status, body } = await who.post<{ code: string }>(`/api/v1/bookings/${id}/token`);
      expect([status, body.code]).toEqual([403, code]);
    }
  }

  /** Alice writes by the interface as fast as it answers, until nobody answers. */
  function writeUntilRefused(call: string): { acknowledged: string[]; over: Promise<void> } {
    const acknowledged: string[] = [];
    const write = async (): Promise<void> => {
      for (let n = 1; ; n += 1) {
        const said = { id: `from-alice-${n}-${call}`, text: `message ${n}` };
        const { status } = await people.alice.post(`/api/v1/calls/${call}/messages`, said);
        if (status < 300) acknowledged.push(said.text);
        await pages.alice.evaluate(() => new Promise((next) => requestAnimationFrame(next)));
      }
    };
    return { acknowledged, over: write().catch(() => undefined) };
  }

  async function everyMessageIsThereOnce(texts: readonly string[]): Promise<void> {
    const { items } = await people.eve.get<Messages>(`/api/v1/calls/${await callId()}/messages?limit=200`);
    const found = items.map(({ text }) => text);
    for (const text of texts) expect([text, found.filter((each) => each === text).length]).toEqual([text, 1]);
    expect(items.map(({ seq }) => seq)).toEqual(items.map((_, n) => n + 1));
  }

  async function film({ id: recordingId }: Recording, n: number): Promise<string> {
    const at = `/api/v1/calls/${await callId()}/recordings/${recordingId}/file?part=${n}`;
    const answer = await fetch(stage.latido.url + at, {
      headers: { authorization: `Bearer ${people.eve.bearer}` },
    });
    expect(answer.status).toBe(200);
    const file = join(folder, `part-${n}.mp4`);
    await writeFile(file, Buffer.from(await answer.arrayBuffer()));
    return file;
  }
});

/** Plays whole, has both streams, light and sound. Gives its seconds. */
async function isAFilm(file: string): Promise<number> {
  const probed = await probe(file);
  expect(probed.streams.map(({ kind, codec }) => [kind, codec])).toEqual([
    ['video', 'h264'],
    ['audio', 'aac'],
  ]);
  expect(await lightest(file), 'its light').toBeGreaterThan(6);
  const { loud } = await sensed(file);
  expect(Math.max(...loud), 'its sound').toBeGreaterThan(1_000);
  return probed.seconds;
}
