import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { House } from '../house.testing.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { Desk, type Guest } from '../desk.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`bookings on ${kind.name}`, () => {
    let house: House;
    let desk: Desk;
    let dora: Guest;
    let alice: Guest;
    let anna: Guest;

    beforeAll(async () => {
      house = await new House(kind, { idle: true }).open();
      desk = new Desk(house);
    });
    afterAll(() => house.close());
    beforeEach(async () => {
      dora = await desk.invite('dora', 'mentor');
      alice = await desk.invite('alice', 'client');
      anna = await desk.invite('anna', 'client');
    });

    const codes = (answers: { status: number; body: { code?: string } }[]) =>
      answers.map(({ status, body }) => [status, body.code]);

    it('[MENTOR-21] who has not begun to offer is shown to themselves only', async () => {
      const page = `/mentors/${dora.personId}`;
      expect(codes([await desk.ask('GET', page, alice)])).toEqual([[404, 'person.not_found']]);
      expect((await desk.ask('GET', page, dora)).body).toMatchObject({ name: 'dora', offerings: [] });
      await desk.offers(dora);
      expect((await desk.ask('GET', page, alice)).body).toMatchObject({ offerings: [{ minutes: 60 }] });
    });

    it('[MENTOR-1] hours are kept as they were said, and slots are instants', async () => {
      const weekly = [
        { day: 'monday', from: '09:00', to: '11:00' },
        { day: 0, from: '10:00', to: '24:00' },
      ];
      const set = await desk.ask('PUT', '/availability', dora, { timeZone: 'Europe/Madrid', weekly });
      expect(set.body).toMatchObject({
        timeZone: 'Europe/Madrid',
        weekly: [
          { day: 1, from: '09:00', to: '11:00' },
          { day: 7, from: '10:00', to: '24:00' },
        ],
      });
      const made = await desk.ask('POST', '/offerings', dora, {
        title: 'R',
        minutes: 60,
        price: { kind: 'free' },
      });
      const from = desk.inMin(0);
      const url = `/mentors/${dora.personId}/slots?offeringId=${made.body.id}&from=${from}&to=${desk.inMin(8 * 24 * 60)}`;
      const { items } = (await desk.ask('GET', url, alice)).body;
      expect(items.length).toBeGreaterThanOrEqual(15);
      const hourIn = (at: string) =>
        new Date(at).toLocaleString('en', {
          timeZone: 'Europe/Madrid',
          hour: 'numeric',
          hourCycle: 'h23',
          weekday: 'short',
        });
      const mondays = items
        .map(({ startsAt }: { startsAt: string }) => hourIn(startsAt))
        .filter((text: string) => text.includes('Mon'));
      expect(new Set(mondays).size).toBe(2);

      // A date alone is the whole of that day, where the mentor lives. The last one: of today's Monday some may be over.
      const monday = items.findLast(({ startsAt }: { startsAt: string }) => hourIn(startsAt).includes('Mon'));
      const day = monday.startsAt.slice(0, 10);
      const ofDay = (from: string, to: string) =>
        desk.ask(
          'GET',
          `/mentors/${dora.personId}/slots?offeringId=${made.body.id}&from=${from}&to=${to}`,
          alice,
        );
      const [byDate, byOffset] = [
        await ofDay(day, day),
        await ofDay(`${day}T00:00:00%2B01:00`, `${day}T23:59:59%2B02:00`),
      ];
      expect(byDate.body.items.map(({ startsAt }: { startsAt: string }) => hourIn(startsAt))).toEqual([
        'Mon, 09',
        'Mon, 10',
      ]);
      expect(byOffset.body.items).toHaveLength(2);
    });

    it.each([
      ['no such zone', { timeZone: 'Europe/Nowhere', weekly: [] }],
      ['backwards', { timeZone: 'UTC', weekly: [{ day: 1, from: '11:00', to: '09:00' }] }],
      ['no time', { timeZone: 'UTC', weekly: [{ day: 1, from: '9', to: '10' }] }],
      ['an eighth day', { timeZone: 'UTC', weekly: [{ day: 8, from: '09:00', to: '10:00' }] }],
    ])('[MENTOR-5] hours that are none are refused: %s', async (_title, body) => {
      expect(codes([await desk.ask('PUT', '/availability', dora, body)])).toEqual([[400, 'request.invalid']]);
    });

    it('[MENTOR-5] lengths of nothing and of 25 hours, and prices that are none, are refused', async () => {
      const base = { title: 'R', minutes: 60, price: { kind: 'free' } };
      const wrong = [
        { ...base, minutes: 0 },
        { ...base, minutes: 25 * 60 },
        { ...base, price: { kind: 'fixed' } },
        { ...base, price: { kind: 'fixed', coins: -5 } },
      ];
      const answers = await Promise.all(wrong.map((body) => desk.ask('POST', '/offerings', dora, body)));
      expect(new Set(codes(answers).map(String))).toEqual(new Set(['400,request.invalid']));
      expect((await desk.ask('POST', '/offerings', alice, base)).status).toBe(403);
    });

    it('[MENTOR-5] past, overlapping, and not offered are refused, each with its code', async () => {
      const offeringId = await desk.offers(dora);
      const made = await desk.book(alice, offeringId, desk.inMin(60), { topic: 'My work' });
      expect(made.status).toBe(201);
      expect(made.body).toMatchObject({
        status: 'SCHEDULED',
        topic: 'My work',
        videoRoomName: `session-${made.body.id}`,
        mentor: { name: 'dora' },
        mentees: [{ name: 'alice' }],
      });
      const answers = [
        await desk.book(anna, offeringId, desk.inMin(-5)),
        await desk.book(anna, offeringId, desk.inMin(90)),
        await desk.book(anna, offeringId, desk.inMin(60)),
        await desk.book(anna, offeringId, desk.inMin(100 * 24 * 60)),
        await desk.book(anna, 'offering_nothing', desk.inMin(300)),
        await desk.book(dora, offeringId, desk.inMin(300)),
        await desk.book(anna, offeringId, 'tomorrow'),
      ];
      expect(codes(answers)).toEqual([
        [409, 'booking.in_past'],
        [409, 'booking.taken'],
        [409, 'booking.taken'],
        [409, 'booking.not_offered'],
        [404, 'offering.not_found'],
        [400, 'request.invalid'],
        [400, 'request.invalid'],
      ]);
      expect((await desk.book(anna, offeringId, desk.inMin(120))).status).toBe(201);
    });

    it('[MENTOR-14] of ten who ask for the same hour at the same moment one has it', async () => {
      const offeringId = await desk.offers(dora);
      const startsAt = desk.inMin(60);
      const people = [alice, anna];
      for (let n = 0; n < 8; n += 1) people.push(await desk.invite(`guest${n}`, 'client'));
      const answers = await Promise.all(people.map((who) => desk.book(who, offeringId, startsAt)));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(new Set(answers.filter(({ status }) => status !== 201).map(({ body }) => body.code))).toEqual(
        new Set(['booking.taken']),
      );
    });

    it('[MENTOR-14] a mentee has one session at a time, whoever the mentors are', async () => {
      const edna = await desk.invite('edna', 'mentor');
      const [one, other] = [await desk.offers(dora), await desk.offers(edna)];
      const startsAt = desk.inMin(60);
      const answers = await Promise.all([desk.book(alice, one, startsAt), desk.book(alice, other, startsAt)]);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    });

    it('[MENTOR-14] the last seat of a group is given once, and its slot says how many are left', async () => {
      const offeringId = await desk.offers(dora, { seats: 2 });
      const startsAt = desk.inMin(60);
      const first = await desk.book(alice, offeringId, startsAt);
      const slots = await desk.ask('GET', `/mentors/${dora.personId}/slots?offeringId=${offeringId}`, anna);
      expect(slots.body.items).toContainEqual({ startsAt, endsAt: first.body.endsAt, seatsLeft: 1 });
      const late = await desk.invite('late', 'client');
      const answers = await Promise.all([anna, late].map((who) => desk.book(who, offeringId, startsAt)));
      expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
      expect(answers.find(({ status }) => status === 201)?.body.id).toBe(first.body.id);
      expect((await desk.book(alice, offeringId, startsAt)).body.code).toBe('booking.taken');
    });

    it('[MENTOR-15] a fixed price is held; who cannot pay does not book, and the hour stays free', async () => {
      const offeringId = await desk.offers(dora, { price: { kind: 'fixed', coins: 60 } });
      const poor = await desk.invite('poor', 'client', 59n);
      const refused = await desk.book(poor, offeringId, desk.inMin(60));
      expect([refused.status, refused.body.code, refused.body.missing]).toEqual([
        402,
        'balance.insufficient',
        1,
      ]);
      expect(await desk.wallet(poor)).toEqual({ available: 59, held: 0 });
      expect((await desk.book(alice, offeringId, desk.inMin(60))).status).toBe(201);
      expect(await desk.wallet(alice)).toEqual({ available: 40, held: 60 });
      expect((await desk.book(alice, offeringId, desk.inMin(200))).body.code).toBe('balance.insufficient');
    });

    it.each([
      ['in time', 'alice', 25 * 60, 0],
      ['late, half', 'alice', 23 * 60, 30],
      ['by the mentor, however late', 'dora', 20, 0],
    ])('[MENTOR-9] cancelled %s', async (_title, who, min, cost) => {
      const offeringId = await desk.offers(dora, { price: { kind: 'fixed', coins: 61 } });
      const { id } = (await desk.book(alice, offeringId, desk.inMin(min))).body;
      const by = who === 'alice' ? alice : dora;
      const done = await desk.act(by, id, 'cancel', { reason: 'ill' });
      expect(done.body).toMatchObject({ status: 'CANCELLED', reason: 'ill', endedBy: by.personId });
      expect(await desk.wallet(alice)).toEqual({ available: 100 - cost, held: 0 });
      expect((await desk.act(by, id, 'cancel')).body.status).toBe('CANCELLED');
      expect(await desk.wallet(alice)).toEqual({ available: 100 - cost, held: 0 });
      const { balance } = (await desk.ask('GET', '/earnings', dora)).body;
      expect(balance).toBe(Math.floor((42 * cost) / 61));
      expect(await desk.notices(by === alice ? dora : alice)).toContain('booking.cancelled');
      // The hour is free again.
      expect((await desk.book(anna, offeringId, desk.inMin(min))).status).toBe(201);
    });

    it('[MENTOR-9] a mentee of a group gives their own seat back, and the session goes on', async () => {
      const offeringId = await desk.offers(dora, { seats: 2, price: { kind: 'fixed', coins: 50 } });
      const startsAt = desk.inMin(60);
      const { id } = (await desk.book(alice, offeringId, startsAt)).body;
      await desk.book(anna, offeringId, startsAt);
      await desk.act(anna, id, 'cancel');
      expect(await desk.get(dora, id)).toMatchObject({ status: 'SCHEDULED', mentees: [{ name: 'alice' }] });
      expect(await desk.wallet(anna)).toEqual({ available: 75, held: 0 });
      expect(await desk.wallet(alice)).toEqual({ available: 50, held: 50 });
      expect((await desk.book(anna, offeringId, startsAt)).status).toBe(201);
    });

    it('[MENTOR-16] a new time keeps the id, frees the old one, and tells', async () => {
      const offeringId = await desk.offers(dora);
      const [before, after] = [desk.inMin(26 * 60), desk.inMin(30 * 60)];
      const { id } = (await desk.book(alice, offeringId, before)).body;
      const moved = await desk.act(alice, id, 'reschedule', { startsAt: after });
      expect(moved.body).toMatchObject({ id, startsAt: after, status: 'SCHEDULED' });
      expect(await desk.notices(dora)).toEqual(['booking.made', 'booking.moved']);
      expect((await desk.book(anna, offeringId, before)).status).toBe(201);
      expect((await desk.act(alice, id, 'reschedule', { startsAt: before })).body.code).toBe('booking.taken');
      expect((await desk.act(dora, id, 'reschedule', { startsAt: desk.inMin(-1) })).body.code).toBe(
        'booking.in_past',
      );
      expect((await desk.get(alice, id)).startsAt).toBe(after);
      const late = (await desk.book(anna, offeringId, desk.inMin(120))).body;
      expect((await desk.act(anna, late.id, 'reschedule', { startsAt: desk.inMin(400) })).status).toBe(403);
      expect((await desk.act(dora, late.id, 'reschedule', { startsAt: desk.inMin(400) })).status).toBe(200);
    });

    it('[MENTOR-13] the calendar file keeps its UID, and its sequence grows', async () => {
      const offeringId = await desk.offers(dora);
      const { id } = (await desk.book(alice, offeringId, desk.inMin(26 * 60))).body;
      const file = async () => String((await desk.ask('GET', `/bookings/${id}/calendar.ics`, alice)).body);
      expect(await file()).toMatch(new RegExp(`METHOD:REQUEST[^]*UID:${id}@latido\r\nSEQUENCE:0\r\n`));
      await desk.act(alice, id, 'reschedule', { startsAt: desk.inMin(30 * 60) });
      expect(await file()).toMatch(new RegExp(`UID:${id}@latido\r\nSEQUENCE:1\r\n`));
      await desk.act(alice, id, 'cancel');
      expect(await file()).toMatch(/METHOD:CANCEL[^]*SEQUENCE:2\r\nSTATUS:CANCELLED/);
    });

    it('[MENTOR-13] who gave their seat back reads that it is off for them, and those who stay that it is on', async () => {
      const offeringId = await desk.offers(dora, { seats: 2 });
      const { id } = (await desk.book(alice, offeringId, desk.inMin(26 * 60))).body;
      await desk.book(anna, offeringId, desk.inMin(26 * 60));
      await desk.act(alice, id, 'cancel');
      const file = async (who: Guest) =>
        String((await desk.ask('GET', `/bookings/${id}/calendar.ics`, who)).body);
      expect(await file(alice)).toMatch(/METHOD:CANCEL[^]*SEQUENCE:1\r\nSTATUS:CANCELLED[^]*CN="alice"/);
      for (const who of [anna, dora]) {
        expect(await file(who)).toMatch(/METHOD:REQUEST[^]*SEQUENCE:1\r\nSTATUS:CONFIRMED/);
        expect(await file(who)).not.toContain('alice');
      }
    });

    it('[MENTOR-11] reminders a day and ten minutes before, once, and never for the old time', async () => {
      const offeringId = await desk.offers(dora);
      const { id } = (await desk.book(alice, offeringId, desk.inMin(24 * 60 + 5))).body;
      await desk.pass(4);
      expect(await desk.notices(alice)).toEqual([]);
      await desk.pass(3);
      expect(await desk.notices(alice)).toEqual(['booking.soon']);
      expect(await desk.notices(dora)).toEqual(['booking.made', 'booking.soon']);
      await desk.act(dora, id, 'reschedule', { startsAt: desk.inMin(20) });
      await desk.pass(5);
      expect(await desk.notices(alice)).toEqual(['booking.soon', 'booking.moved']);
      await desk.pass(10);
      expect(await desk.notices(alice)).toEqual(['booking.soon', 'booking.moved', 'booking.soon']);
    });

    it('[MENTOR-18] a session does not exist for others, and staff see it', async () => {
      const offeringId = await desk.offers(dora);
      const { id } = (await desk.book(alice, offeringId, desk.inMin(60))).body;
      const admin = await desk.invite('root', 'admin');
      for (const what of ['cancel', 'start', 'end'])
        expect(codes([await desk.act(anna, id, what)])).toEqual([[404, 'booking.not_found']]);
      expect((await desk.get(anna, id)).code).toBe('booking.not_found');
      expect((await desk.ask('GET', `/bookings/${id}/calendar.ics`, anna)).status).toBe(404);
      expect((await desk.get(admin, id)).role).toBe('staff');
      const list = async (who: Guest, query = '') =>
        (await desk.ask('GET', `/bookings${query}`, who)).body.items.map((each: { id: string }) => each.id);
      expect([await list(alice), await list(dora), await list(anna)]).toEqual([[id], [id], []]);
      await desk.act(alice, id, 'cancel');
      expect([
        await list(alice),
        await list(alice, '?past=true'),
        await list(dora, '?status=CANCELLED'),
      ]).toEqual([[], [id], [id]]);
    });
  });
}
