// A browser has EventSource; this is the same by fetch, which can send a token. In a page of another origin:
//   const { ticket } = await (await fetch(`${url}/api/v1/inbox/stream-ticket`, { method: 'POST', headers })).json();
//   new EventSource(`${url}/api/v1/inbox/stream?ticket=${ticket}`).addEventListener('payment.received', show);
const { LATIDO_URL = 'http://localhost:3000', LATIDO_TOKEN: token } = process.env;
const say = (event, payload) => console.log(JSON.stringify({ event, payload }));

/** Where the next connection goes on; keep it where it outlives the program. */
let cursor;
/** How long to wait before it, as the server asks for. */
let retryMs = 1_000;

for (;;) {
  try {
    await readStream();
  } catch (error) {
    say('lost', { message: error.message });
  }
  await new Promise((resolve) => setTimeout(resolve, retryMs));
}

async function readStream() {
  const headers = { authorization: `Bearer ${token}`, ...(cursor ? { 'last-event-id': cursor } : {}) };
  const answer = await fetch(`${LATIDO_URL}/api/v1/inbox/stream`, { headers });
  if (!answer.ok) throw new Error(`${answer.status}: ${(await answer.json()).detail}`);
  say('subscribed', { ok: true });
  let text = '';
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const events = text.split('\n\n');
    text = events.pop();
    for (const event of events) take(event);
  }
}

function take(event) {
  const fields = Object.fromEntries(event.split('\n').map((line) => line.split(/: ?(.*)/s)));
  if (fields.retry) retryMs = Number(fields.retry);
  if (!fields.id || !fields.event) return;
  say(fields.event, JSON.parse(fields.data).payload);
  // Only now: what was not worked on comes again.
  cursor = fields.id;
}
