import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Recording, Recordings } from '@latido/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAccessible } from './support/accessibility.ts';
import { framesPlay, openBrowsers, signInByForm } from './support/browser.ts';
import { meet } from './support/call.ts';
import { canLookAtFilms, flashesAndBeeps, lags, median, probe, sensed } from './support/film.ts';
import type { Sitting } from './support/flasher.ts';
import type { Caller } from './support/people.ts';
import { picture } from './support/picture.ts';
import { isAlive, recordersOf } from './support/processes.ts';
import { everybody, sessionOf, type Session } from './support/session.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { until } from './support/until.ts';

/** Each part is so long: the middle of so many flashes tells of the recorder, not of a machine that was busy for one of them. */
const FLASHES = 8;
const SYNC_MS = 80;
const canLook = await canLookAtFilms();

describe('A recording', () => {
  let stage: Stage;
  let dora: Caller;
  let eve: Caller;
  let session: Session;
  let folder: string;
  const sitting: Sitting[] = [];
  const browsers = openBrowsers();

  beforeAll(async () => {
    const [embedded] = stores();
    folder = await mkdtemp(join(tmpdir(), 'latido-films-'));
    stage = await setStage(embedded!);
    [dora, eve] = (await everybody(stage.latido.url, 'dora', 'eve')) as [Caller, Caller];
    session = await sessionOf(stage.latido, { host: dora, guests: [stage.alice, eve] });
  });
  afterAll(async () => {
    await browsers.closeAll();
    await Promise.all(sitting.map((each) => each.leave().catch(() => undefined)));
    await stage?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const at = (rest = ''): string => `/api/v1/calls/${session.callId}/recordings${rest}`;
  const newest = async (): Promise<Recording> => {
    const [first] = (await dora.get<Recordings>(at())).items;
    if (!first) throw new Error('nothing was asked');
    return first;
  };
  const is = (what: string, look: (recording: Recording) => boolean): Promise<Recording> =>
    until(`a recording ${what}`, async () => {
      const found = await newest();
      if (look(found)) return found;
      throw new Error(JSON.stringify(found));
    });
  const ask = async (): Promise<string> => (await dora.post<Recording>(at())).body.id;
  const say = (who: Caller, id: string, yes: boolean) => who.post<Recording>(at(`/${id}/consent`), { yes });
  const recorder = (not?: number): Promise<number> =>
    until('a recorder', async () => (await recordersOf(stage.latido.pid)).find((pid) => pid !== not));
  const flashesPass = async (count = FLASHES): Promise<void> => {
    const sent = (): number => Math.max(...sitting.map((each) => each.flashes()));
    const before = sent();
    await until(`${count} flashes`, async () => sent() > before + count);
  };
  const film = async (recording: Recording, n: number): Promise<string> => {
    const answer = await fetch(`${stage.latido.url}${at(`/${recording.id}/file?part=${n}`)}`, {
      headers: { authorization: `Bearer ${dora.bearer}` },
    });
    expect(answer.status).toBe(200);
    const file = join(folder, `${recording.id}-${n}.mp4`);
    await writeFile(file, Buffer.from(await answer.arrayBuffer()));
    return file;
  };

  test('asked, one no, then everybody’s yes: a film of all of them, with picture and sound in time', async ({
    skip,
  }) => {
    if (!canLook) return skip('there is no ffmpeg on this machine');
    sitting.push(await session.sit(dora), await session.sit(stage.alice, { flashes: true }));
    sitting.push(await session.sit(eve));
    await until('all three to be there', async () => {
      const id = await ask();
      const { waitingFor } = await newest();
      if (waitingFor?.length === 2) return id;
      await dora.post(at(`/${id}/stop`));
      throw new Error(`${waitingFor?.length} are asked`);
    });
    const first = await newest();
    await say(eve, first.id, false);
    await is('that was refused', ({ id, parts }) => id === first.id && parts.length === 0);
    await dora.post(at(`/${first.id}/stop`));
    expect(await recordersOf(stage.latido.pid)).toEqual([]);

    const id = await ask();
    for (const who of [stage.alice, eve]) await say(who, id, true);
    await recorder();
    await flashesPass();
    await dora.post(at(`/${id}/stop`));
    const done = await is('that is over', ({ state, parts }) => state === 'stopped' && parts.length > 0);
    const file = await film(done, 1);
    const { seconds, streams } = await probe(file);
    expect(streams).toEqual([
      { kind: 'video', codec: 'h264', size: '1280x720' },
      { kind: 'audio', codec: 'aac', size: '' },
    ]);
    expect(Math.abs(seconds * 1_000 - lengthOf(done)), 'how long it is').toBeLessThanOrEqual(500);
    await isInTime(file);
  });

  test('a recorder that is killed, and a server that is: films that play up to it, and another part', async ({
    skip,
  }) => {
    if (!canLook) return skip('there is no ffmpeg on this machine');
    const id = await ask();
    for (const who of [stage.alice, eve]) await say(who, id, true);
    const first = await recorder();
    await flashesPass(4);
    process.kill(first, 'SIGKILL');
    const second = await recorder(first);
    await flashesPass();
    await stage.latido.kill();
    await until('the orphan to end', async () => !(await isAlive(second)));
    await stage.latido.start();
    await recorder();
    await flashesPass(4);
    await dora.post(at(`/${id}/stop`));
    const done = await is('that is over', ({ state, parts }) => state === 'stopped' && parts.length === 3);
    for (const { n } of done.parts) {
      const file = await film(done, n);
      expect((await probe(file)).streams).toHaveLength(2);
      await isInTime(file, n === 2 ? FLASHES / 2 : 1);
    }
  });

  test('late comers are asked at the door, and afterwards the film plays on the session’s page, with its chapters', async ({
    skip,
  }) => {
    if (!canLook) return skip('there is no ffmpeg on this machine');
    await sitting.pop()?.leave();
    await until('Eve to have left', async () => {
      const { body } = await dora.post<Recording>(at());
      if (body.waitingFor.length === 1) return body.id;
      await dora.post(at(`/${body.id}/stop`));
      throw new Error(`${body.waitingFor.length} are asked`);
    });
    const { id } = await newest();
    await say(stage.alice, id, true);
    await recorder();
    await flashesPass(2);
    // Her chapter, whether Eve was away for long enough to have come anew or not (REC-17).
    const hand = await fetch(`${stage.latido.url}/api/v1/bookings/${session.id}/room/hand`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${stage.alice.bearer}` },
    });
    expect(hand.status).toBeLessThan(300);
    const page = await browsers.pageOf({ viewport: { width: 1000, height: 760 } });
    await signInByForm(page, stage.latido.url, 'eve');
    await page.goto(`${stage.latido.url}/dashboard/sessions/${session.id}/video`);
    await page.getByTestId('recording-gate').waitFor();
    await picture(page, 'recording-door');
    await isAccessible(page, 'the question at the door of a call that is recorded');
    await page.getByTestId('recording-yes').click();
    await page.locator('.lt-rec-sign[data-recorded="true"]').waitFor();
    await framesPlay(page, 'remote-video');
    await picture(page, 'recording-sign');
    await dora.post(`/api/v1/bookings/${session.id}/end`);
    const done = await is('that is over', ({ state, parts }) => state === 'stopped' && parts.length === 1);
    expect(done.chapters.map(({ kind, name }) => [kind, name])).toContainEqual(['hand', 'Alice']);
    await page.goto(`${stage.latido.url}/dashboard/sessions/${session.id}`);
    const video = page.getByTestId('recordings').locator('video').first();
    await page.getByTestId('chapter').first().click();
    const place = () => video.evaluate((node: HTMLVideoElement) => node.readyState >= 2 && node.currentTime);
    await expect.poll(place).toBeGreaterThanOrEqual((done.chapters[0]?.atMs ?? 0) / 1_000 - 0.1);
    await picture(page, 'recording-after');
    await isAccessible(page, 'recordings of a session that is over');
  });

  test('in a paid call of two: a no is told in words, then a yes, and the sign stands on both pages', async ({
    skip,
  }) => {
    if (!canLook) return skip('there is no ffmpeg on this machine');
    const { alice, bob, close } = await meet(stage, 'on-film');
    await alice.page.getByTestId('open-recording').click();
    await bob.page.getByTestId('recording-question').waitFor();
    await picture(bob.page, 'recording-question');
    await isAccessible(bob.page, 'the question whether one may be recorded');
    await bob.page.getByTestId('recording-no').click();
    await alice.page.getByText('Bob said no. Nothing is recorded any more.').waitFor();
    await alice.page.getByTestId('record').click();
    await bob.page.getByTestId('recording-yes').click();
    for (const { page } of [alice, bob]) {
      await page.getByRole('status').getByText('This call is being recorded').waitFor();
      await framesPlay(page, 'remote-video');
    }
    await picture(alice.page, 'recording-sign-of-two');
    await alice.page.getByTestId('recording-stop').click();
    await bob.page.getByText('It was stopped.').waitFor();
    await close();
  });
});

/** By what the server says: from the first picture to the word that ended it. */
function lengthOf({ parts, endedAt }: Recording): number {
  return Date.parse(endedAt ?? '') - Date.parse(parts.at(-1)?.startedAt ?? '');
}

/** Seen, heard, and both together. */
async function isInTime(file: string, flashes = FLASHES / 2): Promise<void> {
  const { light, loud } = await sensed(file);
  expect(Math.max(...light), 'its light').toBeGreaterThan(60);
  expect(Math.max(...loud), 'its sound').toBeGreaterThan(1_000);
  const found = await flashesAndBeeps(file);
  const apart = lags(found);
  console.log(`    sound after picture: ${apart.map(Math.round).join(', ')} ms`);
  expect(apart.length).toBeGreaterThanOrEqual(flashes);
  expect(Math.abs(median(apart)), 'sound after picture').toBeLessThanOrEqual(SYNC_MS);
}
