import type { Recordings } from '@latido/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowsers, signInByForm } from './support/browser.ts';
import { canLookAtFilms } from './support/film.ts';
import type { Sitting } from './support/flasher.ts';
import type { Caller } from './support/people.ts';
import { everybody, sessionOf } from './support/session.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { until } from './support/until.ts';
import { everyView } from './support/views.ts';

const FLASHES = 6;

describe('A session that was recorded, afterwards', () => {
  let stage: Stage;
  const browsers = openBrowsers();
  const sitting: Sitting[] = [];

  beforeAll(async () => {
    const [embedded] = stores();
    stage = await setStage(embedded!);
  });
  afterAll(async () => {
    await Promise.all(sitting.map((each) => each.leave().catch(() => undefined)));
    await browsers.closeAll();
    await stage?.close();
  });

  test('recording, lanes and verdicts stand on one axis, and a place in a lane is a place in the recording', async ({
    skip,
  }) => {
    if (!(await canLookAtFilms())) return skip('there is no ffmpeg on this machine');
    const { url } = stage.latido;
    const [dora, eve] = (await everybody(url, 'dora', 'eve')) as [Caller, Caller];
    const session = await sessionOf(stage.latido, { host: dora, guests: [stage.alice, eve] });
    sitting.push(await session.sit(dora), await session.sit(stage.alice, { flashes: true }));
    await recorded(session.callId, dora, stage.alice, () => sitting[1]?.flashes() ?? 0);
    const page = await browsers.pageOf();
    await signInByForm(page, url, 'dora');
    // While it goes on it says who of the others is in, by their signs of life.
    await page.goto(`${url}/dashboard/sessions`);
    await page.getByTestId('session-now').getByTestId('life-of').getByText('Alice').waitFor();
    await expect
      .poll(() => page.locator('[data-testid="life-of"] .lt-trace-solid[d]:not([d=""])').count())
      .toBe(1);
    await everyView(page, 'session now');
    await dora.post(`/api/v1/bookings/${session.id}/end`);

    await page.goto(`${url}/dashboard/sessions/${session.id}`);
    await page.getByTestId('films-lane').waitFor();
    // Alice was let in from the lobby.
    await page.getByTestId('attendance-wait').first().waitFor();
    // Who never came has a lane and a verdict, too.
    const absent = page.getByTestId('absent-row');
    await absent.getByText('Eve', { exact: true }).waitFor();
    await absent.getByText('never came').waitFor();
    await absent.getByText('Did not come').waitFor();
    await expect.poll(() => page.getByTestId('came').count()).toBe(3);
    const film = page.getByTestId('recordings').locator('video');
    await film.evaluate((video: HTMLVideoElement) =>
      video.addEventListener('seeking', () => (video.dataset['sought'] = String(video.currentTime))),
    );
    // It shows people before it is played, not the dark that it begins in.
    await expect.poll(() => film.evaluate((video: HTMLVideoElement) => video.currentTime)).toBeGreaterThan(1);
    const sought = async (): Promise<number> => Number(await film.getAttribute('data-sought'));
    const lane = await page.getByTestId('films-lane').locator('.lt-att-film').boundingBox();
    const chart = page.getByTestId('attendance-row').first().locator('.lt-att-chart');
    const row = await chart.boundingBox();
    if (!lane || !row) throw new Error('no lanes are drawn');
    // Above its bar, where a lane is empty.
    await chart.click({ position: { x: lane.x - row.x + lane.width / 2, y: 6 } });
    await expect.poll(sought).toBeGreaterThan(1);
    expect(await page.locator('.lt-att-playhead').count()).toBeGreaterThan(2);
    await page.getByTestId('film-seek').focus();
    await page.keyboard.press('Home');
    await expect.poll(sought).toBe(0);
    await film.evaluate((video: HTMLVideoElement) => video.pause());
    await everyView(page, 'session recorded');
  });
});

/** A recording to which both have said yes, some flashes long. */
async function recorded(callId: string, host: Caller, guest: Caller, flashes: () => number): Promise<void> {
  const path = `/api/v1/calls/${callId}/recordings`;
  const newest = async () => (await host.get<Recordings>(path)).items[0];
  const { id } = await until('both to be there', async () => {
    const { body } = await host.post<{ id: string }>(path);
    if ((await newest())?.waitingFor.length === 1) return body;
    await host.post(`${path}/${body.id}/stop`);
    throw new Error('not both are asked');
  });
  await guest.post(`${path}/${id}/consent`, { yes: true });
  await until('it to be recorded', async () => (await newest())?.state === 'recording');
  const before = flashes();
  await until('some flashes', async () => flashes() > before + FLASHES);
  await host.post(`${path}/${id}/stop`);
  await until('the film', async () => {
    const last = await newest();
    return last?.state === 'stopped' && last.parts.every(({ durationMs }) => durationMs !== null);
  });
}
