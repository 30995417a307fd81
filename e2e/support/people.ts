import { PASSWORD } from './server.ts';

/** One person's way into the API, signed in by e-mail with a bearer token. */
export interface Caller {
  readonly email: string;
  readonly personId: string;
  readonly bearer: string;
  get<T = Record<string, unknown>>(path: string): Promise<T>;
  post<T = Record<string, unknown>>(path: string, body?: unknown): Promise<{ status: number; body: T }>;
  text(path: string, accept?: string): Promise<string>;
}

/** Signs a demo person in. @throws with the server's answer when it refuses. */
export async function signIn(url: string, name: string, password = PASSWORD): Promise<Caller> {
  const email = `${name}@demo.test`;
  const answer = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email, password }),
  });
  const bearer = answer.headers.get('set-auth-token');
  if (!answer.ok || !bearer)
    throw new Error(`${email} could not sign in: ${answer.status} ${await answer.text()}`);
  const headers = { authorization: `Bearer ${bearer}` };
  const text = async (path: string, accept = 'application/json') => {
    const reply = await fetch(url + path, { headers: { ...headers, accept } });
    if (!reply.ok) throw new Error(`GET ${path}: ${reply.status} ${await reply.text()}`);
    return reply.text();
  };
  const get = async <T>(path: string) => JSON.parse(await text(path)) as T;
  const post = async <T>(path: string, body: unknown = {}) => {
    const reply = await fetch(url + path, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: reply.status, body: (await reply.json()) as T };
  };
  const { personId } = await get<{ personId: string }>('/api/v1/me');
  return { email, personId, bearer, get, post, text };
}
