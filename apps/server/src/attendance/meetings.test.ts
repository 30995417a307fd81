import { readSheet } from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabases, readPdf } from '../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../server.testing.ts';

interface Listed {
  id: string;
  roomName: string;
  callId: string | null;
  startedAt: string;
  endedAt: string | null;
  count: number;
  people: { name: string }[];
}

for (const kind of await openTestDatabases()) {
  describe(`meetings and rooms, on ${kind.name}`, () => {
    let server: TestServer;
    let admin: Guest;
    let alice: Guest;
    let bob: Guest;
    let eve: Guest;
    let callId: string;

    beforeAll(async () => {
      server = await startTestServer(kind);
      admin = await server.person('admin', ['admin']);
      alice = await server.person('alice', ['client'], 100n);
      bob = await server.person('bob', ['model']);
      eve = await server.person('eve', ['client']);
      for (const names of [['ann', 'ben'], ['cid'], ['ann']]) {
        await server.rooms.createRoom('standup');
        for (const name of names)
          server.fake.join({ room: 'standup', identity: name, name: name.toUpperCase() });
        await settled();
        await server.rooms.deleteRoom('standup');
        await settled();
      }
      callId = await callOf(alice, bob);
    });
    afterAll(() => server.close());

    const settled = async () => {
      await server.fake.webhooksIdle();
      await server.caughtUp();
    };
    const post = async (url: string, who: Guest, payload: object) =>
      (await server.app.inject({ method: 'POST', url, payload, headers: who.headers })).json();
    const ask = async (url: string, who: Guest) => await server.app.inject({ url, headers: who.headers });
    const list = async (url: string, who: Guest): Promise<{ items: Listed[]; nextCursor: string | null }> =>
      (await ask(url, who)).json();
    /** A call that both are in, in the room that its tokens name. */
    const callOf = async (payer: Guest, earner: Guest): Promise<string> => {
      const {
        token,
        identity,
        callId: id,
      } = await post('/api/livekit/token-secure', payer, { roomName: 'salon' });
      const other = await post('/api/livekit/token-secure', earner, { roomName: 'salon' });
      const { video } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
      for (const who of [identity, other.identity]) server.fake.join({ room: video.room, identity: who });
      await settled();
      return id;
    };
    const short = (items: readonly Listed[]) =>
      items.map((one) => [one.roomName, one.people.map((p) => p.name).join(' ')]);

    it('[ATT-11] one entry a meeting, the newest first, rooms of others and calls by the names that people gave', async () => {
      const { items, nextCursor } = await list('/api/v1/meetings', admin);
      expect(short(items)).toEqual([
        ['salon', 'alice bob'],
        ['standup', 'ANN'],
        ['standup', 'CID'],
        ['standup', 'ANN BEN'],
      ]);
      expect(nextCursor).toBeNull();
      expect(items[0]).toMatchObject({ id: callId, callId, endedAt: null, count: 2 });
      expect(items[1]).toMatchObject({
        callId: null,
        endedAt: expect.any(String),
        id: expect.stringMatching(/^RM_/),
      });
    });

    it('[ATT-11] page by page nothing is told twice or left out', async () => {
      const seen: string[] = [];
      for (let cursor = ''; ;) {
        const page = await list(`/api/v1/meetings?limit=1${cursor}`, admin);
        seen.push(...page.items.map(({ id }) => id));
        if (page.nextCursor === null) break;
        cursor = `&cursor=${page.nextCursor}`;
      }
      expect([seen.length, new Set(seen).size]).toEqual([4, 4]);
      for (const cursor of ['x', Buffer.from('[1]').toString('base64url')])
        expect((await ask(`/api/v1/meetings?cursor=${cursor}`, admin)).json().code).toBe('cursor.invalid');
    });

    it('[ATT-11] by room, by person and by time', async () => {
      expect(short((await list('/api/v1/meetings?room=salon', admin)).items)).toEqual([
        ['salon', 'alice bob'],
      ]);
      expect(short((await list('/api/v1/meetings?person=ann', admin)).items)).toEqual([
        ['standup', 'ANN'],
        ['standup', 'ANN BEN'],
      ]);
      expect(short((await list(`/api/v1/meetings?person=${bob.personId}`, admin)).items)).toHaveLength(1);
      const { items } = await list('/api/v1/meetings', admin);
      const from = encodeURIComponent(items[2]?.startedAt ?? '');
      expect((await list(`/api/v1/meetings?from=${from}`, admin)).items.map(({ id }) => id)).toContain(
        items[2]?.id,
      );
      expect((await list('/api/v1/meetings?to=2020-01-01T00:00:00Z', admin)).items).toEqual([]);
      expect((await ask('/api/v1/meetings?form=x', admin)).statusCode).toBe(400);
    });

    it('[ATT-10, ATT-11] who only calls sees the meetings that they were in; a key sees all', async () => {
      expect(short((await list('/api/v1/meetings', bob)).items)).toEqual([['salon', 'alice bob']]);
      expect((await list('/api/v1/meetings?person=ann', bob)).items).toEqual([]);
      expect((await list('/api/v1/meetings', eve)).items).toEqual([]);
      expect((await list('/api/v1/rooms', eve)).items).toEqual([]);
      const key = async (scope: string) => {
        const made = await post('/api/v1/api-keys', admin, { name: 'k', scopes: [scope] });
        return { personId: '', headers: { authorization: `Bearer ${made.key}` } };
      };
      expect((await list('/api/v1/meetings', await key('attendance:read'))).items).toHaveLength(4);
      expect((await list('/api/v1/meetings', await key('people:write'))).items).toEqual([]);
      expect((await server.app.inject({ url: '/api/v1/meetings' })).statusCode).toBe(401);
    });

    it('[ATT-12] as CSV in one file, with a byte order mark for Excel, also of one room', async () => {
      const csv = await ask('/api/v1/meetings?format=csv&limit=1', admin);
      expect(csv.headers['content-type']).toContain('text/csv');
      expect(csv.headers['content-disposition']).toMatch(/^attachment; filename="meetings-[\d-]+\.csv"$/);
      expect(csv.body.split('\r\n').slice(0, 2)).toEqual([
        'room,started_at,ended_at,duration_seconds,people,names,call_id,id',
        expect.stringMatching(/^salon,.*,2,alice; bob,call_/),
      ]);
      expect(csv.body.split('\r\n')).toHaveLength(6);
      for (const url of ['/api/v1/meetings', '/api/v1/rooms/standup/attendance'])
        expect((await ask(`${url}?format=csv&excel=true`, admin)).body.charCodeAt(0)).toBe(0xfeff);
    });

    it('[ATT-15] of a person and of a room also as a spreadsheet and line by line, all at once', async () => {
      const lines = (await ask('/api/v1/meetings?person=ann&format=ndjson&limit=1', admin)).body;
      const items = lines
        .trimEnd()
        .split('\n')
        .map((line: string) => JSON.parse(line));
      expect(items).toEqual((await list('/api/v1/meetings?person=ann', admin)).items);
      const file = await ask('/api/v1/meetings?room=standup&format=xlsx&limit=1', admin);
      const rows = await readSheet(file.rawPayload);
      expect(rows.map(([room, , , , people]) => [room, people])).toEqual([
        ['room', 'people'],
        ['standup', 1],
        ['standup', 1],
        ['standup', 2],
      ]);
      expect(await readSheet((await ask('/api/v1/meetings?format=xlsx', eve)).rawPayload)).toHaveLength(1);
      const paper = await ask('/api/v1/meetings?room=standup&format=pdf&zone=Europe/Madrid', admin);
      const { texts } = readPdf(paper.rawPayload);
      expect([texts[0], texts.filter((text) => text === 'standup').length]).toEqual([
        'Meetings',
        rows.length - 1,
      ]);
    });

    interface Daily {
      total_count: number;
      data: { id: string; room: string; ongoing: boolean; start_time: number; participants?: object[] }[];
    }
    const daily = async (query: string, who = admin): Promise<Daily> =>
      (await ask(`/api/v1/daily/meetings?${query}`, who)).json();

    it('[ATT-17] in the shape of Daily, with its filters', async () => {
      const { total_count: count, data } = await daily('');
      expect([count, data.map(({ room }) => room)]).toEqual([4, ['salon', 'standup', 'standup', 'standup']]);
      expect(data[0]).toMatchObject({ id: callId, ongoing: true });
      expect(data[0]?.participants).toHaveLength(2);
      // Both came and went within a millisecond or so: how many were there at once is told by the tests of core.
      expect(data[3]).toMatchObject({
        max_participants: expect.any(Number),
        ongoing: false,
        duration: expect.any(Number),
        participants: expect.arrayContaining([
          {
            user_id: 'ann',
            user_name: 'ANN',
            participant_id: expect.stringMatching(/^PA_/),
            join_time: expect.any(Number),
            duration: expect.any(Number),
          },
        ]),
      });
      const count1 = async (query: string, who = admin) => (await daily(query, who)).total_count;
      expect(await count1('room=standup&limit=1')).toBe(3);
      expect([await count1('ongoing=true'), await count1('ongoing=false')]).toEqual([1, 3]);
      expect(await count1('timeframe_end=1')).toBe(0);
      expect(await count1(`timeframe_start=${data[3]?.start_time}`)).toBe(4);
      expect([await count1('', bob), await count1('', eve)]).toEqual([1, 0]);
      expect((await daily('no_participants=true')).data[0]).not.toHaveProperty('participants');
    });

    it('[ATT-17] page by page, in both directions, from a meeting that one may see', async () => {
      const ids = (await daily('')).data.map(({ id }) => id);
      const page = async (query: string) => (await daily(query)).data.map(({ id }) => id);
      expect(await page('limit=2')).toEqual(ids.slice(0, 2));
      const next = await daily(`limit=2&starting_after=${ids[1]}`);
      expect([next.total_count, next.data.map(({ id }) => id)]).toEqual([4, ids.slice(2)]);
      expect(await page(`limit=1&ending_before=${ids[2]}`)).toEqual([ids[1]]);
      expect(await page(`limit=9&ending_before=${ids[2]}`)).toEqual(ids.slice(0, 2));
      const refused = async (query: string, who = admin) =>
        (await ask(`/api/v1/daily/meetings?${query}`, who)).json().code;
      expect(await refused('starting_after=RM_none')).toBe('cursor.invalid');
      expect(await refused(`starting_after=${ids[3]}`, bob)).toBe('cursor.invalid');
      expect(await refused(`starting_after=${ids[1]}&ending_before=${ids[0]}`)).toBe('request.invalid');
      expect(await refused('limit=101')).toBe('request.invalid');
    });

    it('[ATT-11] rooms are listed once each, the latest first, with their meetings and who is there', async () => {
      const rooms = (await ask('/api/v1/rooms', admin)).json().items;
      expect(rooms).toMatchObject([
        { name: 'salon', meetings: 1, peopleNow: 2 },
        { name: 'standup', meetings: 3, peopleNow: 0 },
      ]);
      const first = (await ask('/api/v1/rooms?limit=1', admin)).json();
      const next = (await ask(`/api/v1/rooms?limit=1&cursor=${first.nextCursor}`, admin)).json();
      expect([first.items[0].name, next.items[0].name, next.nextCursor]).toEqual(['salon', 'standup', null]);
      expect((await ask('/api/v1/rooms?q=STAND', admin)).json().items).toHaveLength(1);
      expect((await ask('/api/v1/rooms', bob)).json().items).toMatchObject([{ name: 'salon', meetings: 1 }]);
    });
  });
}
