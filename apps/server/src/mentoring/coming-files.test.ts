import { readSheet } from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Desk, type Guest } from '../desk.testing.ts';
import { House } from '../house.testing.ts';
import { openTestDatabases, readPdf } from '../platform/testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`how everybody came, as files, on ${kind.name}`, () => {
    let house: House;
    let desk: Desk;
    let dora: Guest;
    let alice: Guest;
    let anna: Guest;
    let id: string;

    beforeAll(async () => {
      house = await new House(kind, { idle: true }).open();
      desk = new Desk(house);
      dora = await desk.invite('dora', 'mentor');
      alice = await desk.invite('alice', 'client');
      anna = await desk.invite('anna', 'client');
      id = await desk.begun(dora, [alice, anna]);
      const host = await desk.enter(dora, id);
      await desk.admitted(dora, alice, id);
      const guest = await desk.enter(alice, id);
      guest.there.publish('CAMERA');
      const message = { id: 'message-1', text: 'Hi' };
      await desk.ask('POST', `/calls/${host.callId}/messages`, alice, message);
      await house.clock.advance(60_000);
      await house.settled();
    });
    afterAll(() => house.close());

    const get = async (who: Guest, format = '') =>
      await house.server.app.inject({
        url: `/api/v1/bookings/${id}/attendance${format === '' ? '' : `?format=${format}`}`,
        headers: who.headers,
      });

    it('[MENTOR-23] verdicts, corrections and what was done, in every form; a mentee their own line', async () => {
      expect((await get(dora)).json().code).toBe('booking.not_over');
      await desk.act(dora, id, 'end');
      // First the room is closed, and then LiveKit tells when each left.
      await house.settled();
      await house.settled();
      const reason = '=By telephone';
      await desk.act(dora, id, 'verdicts', { personId: anna.personId, verdict: 'present', reason });
      const { items } = (await get(dora)).json();
      expect(items).toMatchObject([
        { name: 'dora', cameraMs: 0, messages: 0 },
        { name: 'alice', messages: 1 },
        { name: 'anna', verdict: 'present', foundVerdict: 'no_show', firstJoinAt: null, cameraMs: 0 },
      ]);
      expect(items[1].cameraMs).toBeGreaterThanOrEqual(59_000);
      expect(items[2].corrections).toMatchObject([{ reason, by: { name: 'dora' } }]);
      const lines = (await get(dora, 'ndjson')).body.trimEnd().split('\n');
      expect(lines.map((line) => JSON.parse(line))).toEqual(items);
      const csv = (await get(dora, 'csv')).body.split('\r\n');
      expect(csv[0]).toBe(
        'name,verdict,found_verdict,first_join_at,last_leave_at,present_seconds,together_seconds,waited_seconds,camera_seconds,microphone_seconds,screen_seconds,messages,corrections,person_id,is_guest',
      );
      expect(csv[3]).toMatch(
        /^anna,present,no_show,,,0,0,0,0,0,0,0,"?\d{4}-.*Z dora: present, =By telephone/,
      );
      const rows = await readSheet((await get(dora, 'xlsx')).rawPayload);
      expect(rows[3]?.slice(0, 3)).toEqual(['anna', 'present', 'no_show']);
      const { texts } = readPdf((await get(dora, 'pdf&zone=Europe/Madrid')).rawPayload);
      expect(texts[0]).toBe('How everybody came');
      expect(texts.some((text) => /^anna: Present, corrected by dora, .*: =By telephone$/.test(text))).toBe(
        true,
      );
      expect((await get(anna)).json().items.map(({ name }: { name: string }) => name)).toEqual(['anna']);
      const eve = await desk.invite('eve', 'client');
      expect((await get(eve)).json().code).toBe('booking.not_found');
    });
  });
}
