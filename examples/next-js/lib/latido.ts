/** Asks Latido with this app's key, which never leaves the server. Throws where nothing answers. */
export async function askLatido(method: 'POST' | 'PUT', path: string, body: object): Promise<Response> {
  const { LATIDO_URL = 'http://localhost:3000', LATIDO_KEY } = process.env;
  if (!LATIDO_KEY) throw new Error('LATIDO_KEY is not set: see README.md.');
  return await fetch(LATIDO_URL.replace(/\/+$/, '') + path, {
    method,
    headers: { authorization: `Bearer ${LATIDO_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    cache: 'no-store',
    signal: AbortSignal.timeout(10_000),
  });
}
