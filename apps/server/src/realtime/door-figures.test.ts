import { afterAll, describe, expect, test } from 'vitest';
import { startDoors } from '../doors.testing.ts';
import { openTestDatabases } from '../platform/testing.ts';

const [store] = await openTestDatabases();

describe('what is counted by door', async () => {
  const database = await store!.open();
  const doors = await startDoors(database);
  afterAll(async () => {
    await doors.close();
    await database.close();
  });

  test('[REAL-1] connections, deliveries, drops and how late notices are, on the page of metrics', async () => {
    const gone = new AbortController();
    const stream = await fetch(`${doors.url}/api/v1/inbox/stream`, {
      headers: { authorization: 'Bearer bob' },
      signal: gone.signal,
    });
    await doors.tell('person_bob', 'counted');
    const reader = stream.body!.getReader();
    for (let text = ''; !text.includes('counted');)
      text += new TextDecoder().decode((await reader.read()).value);
    doors.modules.realtime.hub.terminate('person_bob');
    while (!(await reader.read()).done);
    const figures = await (await fetch(`${doors.url}/metrics`)).text();
    expect(figures).toContain('latido_door_connections{door="pusher"} 0');
    expect(figures).toContain('latido_door_deliveries_total{door="sse"} 1');
    expect(figures).toContain('latido_door_drops_total{door="sse",reason="terminated"} 1');
    expect(figures).toContain('latido_notice_lag_seconds_count 1');
    expect(figures).toContain('latido_polls_waiting 0');
    gone.abort();
  });
});
