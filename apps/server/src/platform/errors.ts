import { ERRORS, type ErrorCode } from '@latido/protocol';

/** An error that people are told about: a code of the table in `@latido/protocol` and a sentence for this case. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  /** What was seen, what was expected, what to do. */
  readonly detail: string;
  /** More members for the problem's body, e.g. what is missing. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    detail: string,
    more: { extra?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(`${code}: ${detail}`, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'AppError';
    this.code = code;
    this.status = ERRORS[code].status;
    this.detail = detail;
    this.extra = more.extra ?? {};
  }
}

/** Makes an {@link AppError}: `throw problem('call.not_found', 'There is no call call_x.')`. */
export function problem(code: ErrorCode, detail: string, extra?: Record<string, unknown>): AppError {
  return new AppError(code, detail, extra === undefined ? {} : { extra });
}

/** A key that came before with something else, `keyWasUsed('pack', 'top-up')`: said in one way, whatever it was for. */
export function keyWasUsed(what: string, next: string): AppError {
  const detail = `This Idempotency-Key came before with another ${what}. Send a new key for a new ${next}.`;
  return problem('idempotency.mismatch', detail);
}

/** The words of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
