import type { NewFact } from '@latido/core';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { createCall } from '../calls/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { attendanceHouse, T0, webhook } from './attendance.testing.ts';

for (const store of await openTestDatabases()) {
  describe(`attendance on ${store.name}`, () => {
    const house = attendanceHouse(store);
    const { ids, tokens, fold, get } = house;
    let callId = '';
    let apiKey = '';

    beforeAll(async () => {
      const { app, database } = house;
      const key = await app.inject({
        method: 'POST',
        url: '/api/v1/api-keys',
        headers: { authorization: tokens['ada'] ?? '' },
        payload: { name: 'report', scopes: ['attendance:read'] },
      });
      apiKey = `Bearer ${(key.json() as { key: string }).key}`;
      const people = [
        { personId: ids['alice'] ?? '', role: 'payer' as const },
        { personId: ids['bob'] ?? '', role: 'earner' as const },
      ];
      const made = await database.db
        .transaction()
        .execute((tx) =>
          createCall(tx, { roomName: 'salon', kind: 'paid', people, createdBy: ids['alice'] ?? '' }),
        );
      callId = made.id;
      const room = made.livekitRoom;
      const alice = {
        room,
        sid: 'PA_a',
        participant: { identity: `${ids['alice']}~x1`, name: 'Alice' },
      };
      const aliceAgain = {
        room,
        sid: 'PA_a2',
        participant: { identity: `${ids['alice']}~x2`, name: 'Alice' },
      };
      const bob = { room, sid: 'PA_b', participant: { identity: ids['bob'] ?? '', name: '=Bob' } };
      const recorder = { room, sid: 'PA_e', participant: { identity: 'EG_1', kind: 'EGRESS' } };
      const dave = {
        room: 'elsewhere',
        roomSid: 'RM_9',
        sid: 'PA_d',
        participant: { identity: 'dave', name: 'Dave' },
      };
      const later = { roomSid: 'RM_2', sid: 'PA_x', participant: { identity: 'stranger', name: 'Xaver' } };
      await fold([
        webhook('joined', 0, alice),
        webhook('joined', 0, recorder),
        webhook('joined', 5, bob),
        webhook('left', 65, alice),
        webhook('joined', 75, aliceAgain),
        webhook('left', 125, aliceAgain),
        webhook('left', 125, bob),
        webhook('joined', 10, dave),
        webhook('joined', 300, later),
        webhook('left', 310, later),
      ]);
    });

    test('[ATT-1] a call of two: one line a person, in the names that scripts rely on', async () => {
      const answer = await get(`/api/v1/calls/${callId}/attendance`, 'alice');
      expect(answer.statusCode, answer.body).toBe(200);
      expect(answer.json()).toEqual({
        items: [
          {
            identity: `${ids['alice']}~x1`,
            personId: ids['alice'],
            name: 'Alice',
            firstJoinAt: '2026-01-05T10:00:00.000Z',
            lastLeaveAt: '2026-01-05T10:02:05.000Z',
            presentMs: 115_000,
            visits: 1,
            reconnects: 1,
            connectedMs: 115_000,
            togetherMs: 110_000,
            aloneMs: 5_000,
            cameraMs: 0,
            microphoneMs: 0,
            screenMs: 0,
            messages: 0,
          },
          expect.objectContaining({
            identity: ids['bob'],
            presentMs: 120_000,
            visits: 1,
            togetherMs: 110_000,
          }),
        ],
        nextCursor: null,
      });
    });

    test('[ATT-14] NDJSON is a line for each person, as in the list', async () => {
      const url = `/api/v1/calls/${callId}/attendance`;
      const lines = (await get(`${url}?format=ndjson`, 'bob')).body;
      expect(lines.endsWith('\n')).toBe(true);
      const people = lines
        .trimEnd()
        .split('\n')
        .map((line: string) => JSON.parse(line));
      expect({ items: people, nextCursor: null }).toEqual((await get(url, 'bob')).json());
    });

    test('[ATT-9] CSV by the Accept header or by ?format=csv, for a spreadsheet that runs nothing', async () => {
      const url = `/api/v1/calls/${callId}/attendance`;
      const byHeader = await get(url, 'bob', { accept: 'text/csv' });
      const byQuery = await get(`${url}?format=csv`, 'bob');
      expect(byHeader.body).toBe(byQuery.body);
      expect(byHeader.headers['content-type']).toContain('text/csv');
      const rows = byHeader.body.split('\r\n');
      expect(rows[0]).toMatch(/^name,first_join_at,present_seconds,/);
      expect(rows[1]).toMatch(/^Alice,2026-01-05T10:00:00\.000Z,115,/);
      expect(rows[2]).toMatch(/^'=Bob,2026-01-05T10:00:05\.000Z,120,/);
      expect(
        (await get(url, 'bob', { accept: 'application/json, text/csv' })).headers['content-type'],
      ).toContain('json');
    });

    test('a call is shown to its people, to an admin and to a key with the scope; to others it does not exist', async () => {
      const url = `/api/v1/calls/${callId}/attendance`;
      const codes = await Promise.all(
        ['', 'alice', 'bob', 'ada', apiKey, 'eve'].map(async (who) => (await get(url, who)).statusCode),
      );
      expect(codes).toEqual([401, 200, 200, 200, 200, 404]);
      const unknown = await get('/api/v1/calls/call_nothing/attendance', apiKey);
      expect([unknown.statusCode, (unknown.json() as { code: string }).code]).toEqual([
        404,
        'call.not_found',
      ]);
    });

    test('[ATT-4] a room that Latido never made, known by webhooks alone, has its attendance', async () => {
      const answer = await get('/api/v1/rooms/elsewhere/attendance', 'ada');
      expect(answer.json()).toMatchObject({
        items: [
          {
            identity: 'dave',
            personId: null,
            name: 'Dave',
            presentMs: 590_000,
            lastLeaveAt: null,
            visits: 1,
          },
        ],
      });
      expect((await get('/api/v1/rooms/elsewhere/attendance', apiKey)).statusCode).toBe(200);
      expect((await get('/api/v1/rooms/elsewhere/attendance', 'alice')).statusCode).toBe(404);
      expect((await get('/api/v1/rooms/nowhere/attendance', 'ada')).statusCode).toBe(404);
      expect((await get('/api/v1/rooms/elsewhere/attendance')).statusCode).toBe(401);
    });

    test('[ATT-13] identities of another app that look like ours are merged into nobody, and have the name last given', async () => {
      const foreign = (type: 'joined' | 'left', s: number, n: number, name: string): NewFact =>
        webhook(type, s, {
          room: 'foreign',
          roomSid: 'RM_f',
          sid: `PA_f${n}`,
          participant: { identity: `person_foreign~${n}`, name },
        });
      await fold([
        foreign('joined', 0, 1, 'Eve'),
        foreign('joined', 5, 2, 'Adam'),
        foreign('left', 60, 1, 'Eva'),
      ]);
      const { items } = (await get('/api/v1/rooms/foreign/attendance', 'ada')).json();
      expect(items).toMatchObject([
        { identity: 'person_foreign~1', personId: null, name: 'Eva' },
        { identity: 'person_foreign~2', personId: null, name: 'Adam' },
      ]);
      const intervals = (await get('/api/v1/rooms/foreign/intervals', 'ada')).json();
      expect(intervals.items.map(({ personId }: { personId: unknown }) => personId)).toEqual([null, null]);
    });

    test('[ATT-10] a role that anybody may take at sign-up opens no room of others: a mentor reads their own', async () => {
      const dora = {
        room: 'lesson',
        roomSid: 'RM_7',
        sid: 'PA_7',
        participant: { identity: `${ids['dora']}~a`, name: 'Dora' },
      };
      await fold([webhook('joined', 0, dora), webhook('left', 60, dora)]);
      for (const what of ['attendance', 'intervals', 'facts']) {
        for (const who of ['alice', 'bob', 'dora', 'eve']) {
          const answer = await get(`/api/v1/rooms/elsewhere/${what}`, who);
          expect([what, who, answer.statusCode, answer.json().code]).toEqual([
            what,
            who,
            404,
            'room.not_found',
          ]);
        }
        expect([what, (await get(`/api/v1/rooms/lesson/${what}`, 'dora')).statusCode]).toEqual([what, 200]);
        expect([what, (await get(`/api/v1/rooms/elsewhere/${what}`, apiKey)).statusCode]).toEqual([
          what,
          200,
        ]);
      }
    });

    test('a room that LiveKit has told of and nobody was in is empty, with the facts behind it', async () => {
      await fold([
        {
          ...webhook('joined', 0, { room: 'hall', sid: '', participant: { identity: '' } }),
          type: 'room_started',
          participantSid: null,
          identity: null,
        },
      ]);
      for (const [what, items] of [
        ['attendance', 0],
        ['intervals', 0],
        ['facts', 1],
      ] as const) {
        const answer = await get(`/api/v1/rooms/hall/${what}`, 'ada');
        expect([what, answer.statusCode, answer.json().items.length]).toEqual([what, 200, items]);
        expect((await get(`/api/v1/rooms/hall/${what}`, 'alice')).statusCode).toBe(404);
      }
    });

    test('somebody who was in a room sees their own meetings of it, readers see all', async () => {
      const names = async (who: string) => {
        const { items } = (await get('/api/v1/rooms/salon/attendance', who)).json() as {
          items: { name: string }[];
        };
        return items.map(({ name }) => name);
      };
      expect(await names('alice')).toEqual(['Alice', '=Bob']);
      expect(await names('ada')).toEqual(['Alice', '=Bob', 'Xaver']);
      const sids = async (who: string) => {
        const { items } = (await get('/api/v1/rooms/salon/intervals', who)).json() as {
          items: { participantSid: string }[];
        };
        return items.map(({ participantSid }) => participantSid).toSorted();
      };
      expect(await sids('bob')).toEqual(['PA_a', 'PA_a2', 'PA_b', 'PA_e']);
      expect(await sids('ada')).toEqual(['PA_a', 'PA_a2', 'PA_b', 'PA_e', 'PA_x']);
    });

    test('[ATT-7] a period is cut out of a room', async () => {
      const url = '/api/v1/rooms/salon/attendance?from=2026-01-05T10:01:00Z&to=2026-01-05T12:01:20%2B02:00';
      const { items } = (await get(url, 'ada')).json() as { items: { name: string; presentMs: number }[] };
      expect(Object.fromEntries(items.map(({ name, presentMs }) => [name, presentMs]))).toEqual({
        Alice: 10_000,
        '=Bob': 20_000,
      });
      expect((await get('/api/v1/rooms/salon/attendance?from=yesterday', 'ada')).statusCode).toBe(400);
    });

    test("a room's facts come page by page, and only of meetings that one may see", async () => {
      const first = (await get('/api/v1/rooms/salon/facts?limit=3', 'ada')).json() as {
        items: unknown[];
        nextCursor: string;
      };
      expect(first.items).toHaveLength(3);
      const rest = (await get(`/api/v1/rooms/salon/facts?cursor=${first.nextCursor}`, 'ada')).json() as {
        items: unknown[];
        nextCursor: string | null;
      };
      expect([rest.items.length, rest.nextCursor]).toEqual([6, null]);
      const own = (await get('/api/v1/rooms/salon/facts', 'bob')).json() as {
        items: { type: string; seq: string }[];
      };
      expect(own.items).toHaveLength(7);
      expect(own.items[0]).toMatchObject({
        seq: '1',
        type: 'participant_joined',
        occurredAt: '2026-01-05T10:00:00.000Z',
      });
    });

    test('a report of 10,000 people, by HTTP (the time is printed, not judged)', async () => {
      await sql`
        insert into presence.interval (participant_sid, room_sid, room_name, identity, joined_at, last_proof_at, state, evidence)
        select 'PA_c' || n, 'RM_a', 'arena', 'p' || n, ${new Date(T0)}::timestamptz + n * interval '20 ms',
          ${new Date(T0)}::timestamptz, 'present', '{"beating": false, "joins": {"webhook": 0}}'
        from generate_series(1, 10000) n`.execute(house.database.db);
      const startedAt = performance.now();
      const answer = await get('/api/v1/rooms/arena/attendance', 'ada');
      process.stdout.write(
        `10,000 people on ${store.name}: ${Math.round(performance.now() - startedAt)} ms\n`,
      );
      expect((answer.json() as { items: unknown[] }).items).toHaveLength(10_000);
    });
  });
}
