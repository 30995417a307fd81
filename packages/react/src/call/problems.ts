import type { ProblemCode } from '../labels.ts';
import { LatidoError } from '@latido/client';

/**
 * What a page may show of a failure, set when a call could not be joined: never the SDK's text, which carries the token
 * when one was refused. Choose your words by `code`, and offer `join` to try again.
 */
export interface CallProblem {
  /** Made from the server's code, or its status where we do not know the code. */
  readonly code: ProblemCode;
  /** The server's own sentence, when the server refused. */
  readonly detail: string | null;
  /** Ties what is on the screen to one line of the server's log. */
  readonly requestId: string | null;
  /** Fields beside the sentence, e.g. `missing` coins. */
  readonly extra: Readonly<Record<string, unknown>>;
}

/** The other call that keeps somebody out, which they can end; null where that is not the problem, or the server does not name it. */
export function otherCallOf(problem: CallProblem | null): string | null {
  const callId = problem?.code === 'elsewhere' ? problem.extra['callId'] : null;
  return typeof callId === 'string' ? callId : null;
}

const BY_CODE: Readonly<Record<string, ProblemCode>> = {
  'auth.required': 'sign_in',
  'auth.refused': 'sign_in',
  'auth.forbidden': 'forbidden',
  'room.forbidden': 'forbidden',
  'call.not_yours': 'forbidden',
  'balance.insufficient': 'balance',
  'call.ended': 'ended',
  'call.elsewhere': 'elsewhere',
  'call.not_found': 'not_found',
  'room.not_found': 'not_found',
  'livekit.unavailable': 'media_server',
  'request.rate_limited': 'rate_limited',
  'server.starting': 'server_away',
  'nodes.unavailable': 'server_away',
  'database.unavailable': 'server_away',
};

const BY_STATUS: Readonly<Record<number, ProblemCode>> = {
  401: 'sign_in',
  402: 'balance',
  403: 'forbidden',
  404: 'not_found',
  409: 'ended',
  429: 'rate_limited',
  502: 'server_away',
  503: 'server_away',
};

/** The named cause of a request that the server refused or that never reached it. */
export function problemOfRequest(error: unknown): CallProblem {
  if (error instanceof LatidoError) {
    const { problem, status } = error;
    return {
      code: (problem && BY_CODE[problem.code]) ?? BY_STATUS[status] ?? 'unexpected',
      detail: problem?.detail ?? null,
      requestId: problem?.requestId ?? null,
      extra: problem ? { ...problem } : {},
    };
  }
  return {
    code: error instanceof TypeError ? 'network' : 'unexpected',
    detail: null,
    requestId: null,
    extra: {},
  };
}

/** The named cause of a connection that livekit-client gave up. Reads status and reason only, never the text. */
export function problemOfConnect(error: unknown): CallProblem {
  const { status, reasonName } = (error ?? {}) as { status?: unknown; reasonName?: unknown };
  let code: ProblemCode = 'media_server';
  if (status === 404) code = 'not_found';
  else if (status === 401 || status === 403 || reasonName === 'NotAllowed') code = 'forbidden';
  else if (reasonName === 'InternalError' || reasonName === 'Timeout') code = 'media_path';
  return { code, detail: null, requestId: null, extra: {} };
}
