import { ERRORS, type ErrorCode, type Problem } from '@latido/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AppError, messageOf } from './errors.ts';
import type { Log } from './log.ts';
import { asDatabaseError } from './postgres.ts';

/** Where the page of the errors is. */
const PAGE = '/docs#';

/** Fastify's own errors, by their code. */
const OF_FASTIFY: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'request.too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'request.unsupported_type',
  FST_ERR_CTP_INVALID_JSON_BODY: 'request.malformed_json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'request.malformed_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'request.invalid',
  FST_ERR_BAD_URL: 'request.invalid',
  FST_ERR_MAX_PARAM_LENGTH: 'request.invalid',
};

/** What plug-ins of fastify throw, by the status that they would answer with. */
const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'auth.required',
  403: 'auth.forbidden',
  404: 'route.not_found',
  413: 'request.too_large',
  415: 'request.unsupported_type',
  429: 'request.rate_limited',
};

/** What is said of a form that is none; it comes without a code. */
const NO_FORM =
  /^(Multipart: Boundary not found|Unexpected end of (multipart data|file)|Part terminated early|Malformed part header)/;

/** Whatever was thrown, as an error of our table. */
export function asAppError(thrown: unknown, contentType?: string): AppError {
  const error = asDatabaseError(thrown);
  if (error instanceof AppError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const where = error.validationContext ?? 'body';
    return new AppError('request.invalid', error.validation.map((one) => sentence(where, one)).join(' '));
  }
  if (error instanceof z.ZodError) {
    const issues = error.issues.map(
      (issue) => `${issue.path.join('.') || 'the body'}: ${issue.message.replace(/\.$/, '')}.`,
    );
    return new AppError('request.invalid', issues.join(' '));
  }
  const { code, statusCode, detail = '' } = error as { code?: string; statusCode?: number; detail?: string };
  // SQLSTATE: text that the database cannot hold. Only callers bring such text (NUL in an address or a body, half a character in JSON).
  if (code === '22021' || code === '22P05' || (code === '22P02' && /surrogate/.test(detail)))
    return new AppError('request.invalid', 'The request has a character that cannot be stored, e.g. NUL.');
  if (code === undefined && NO_FORM.test(messageOf(error)))
    return new AppError('request.invalid', `The form cannot be read: ${messageOf(error)}.`);
  const known = OF_FASTIFY[code ?? ''];
  if (known === 'request.unsupported_type') {
    return new AppError(known, `${contentType ?? 'No content type'} is not understood here; JSON is.`);
  }
  if (known) return new AppError(known, `${messageOf(error)}.`.replace(/\.\.$/, '.'));
  if (error instanceof SyntaxError && statusCode === 400)
    return new AppError('request.malformed_json', `${error.message}.`);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new AppError(BY_STATUS[statusCode] ?? 'request.invalid', messageOf(error));
  }
  return unexpected(error);
}

function unexpected(error: unknown): AppError {
  return new AppError(
    'internal.unexpected',
    'The request could not be carried out. The log has it under the request id.',
    { cause: error },
  );
}

/** Path, what was expected, what was seen. */
function sentence(where: string, error: { instancePath: string; message?: string; params: unknown }): string {
  const path = error.instancePath.split('/').filter(Boolean).join('.');
  return `${path ? `${where}.${path}` : where}: ${(error.message ?? 'does not fit').replace(/\.$/, '')}.`;
}

/** The body of an error's answer. Extra members come beside the standard ones and cannot replace them. */
export function problemBody(error: AppError, requestId: string): Problem & Record<string, unknown> {
  const { status, title, retry } = ERRORS[error.code];
  const { code, detail } = error;
  return { ...error.extra, type: `${PAGE}${code}`, title, status, code, detail, requestId, retry };
}

/** Answers with `application/problem+json`; the extra member `retryAfterS` is said in HTTP's header too. */
export function answerProblem(error: AppError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { retryAfterS } = error.extra;
  if (typeof retryAfterS === 'number') reply.header('retry-after', retryAfterS);
  return reply
    .code(error.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .serializer((body) => JSON.stringify(body))
    .send(problemBody(error, request.id));
}

/** Our faults are errors, the world's are warnings, the callers' are for whoever debugs. */
export function logProblem(log: Log, error: AppError, request: FastifyRequest): void {
  const fields = {
    code: error.code,
    requestId: request.id,
    route: request.routeOptions.url,
    method: request.method,
  };
  if (error.status === 503) log.warn({ ...fields, err: error.cause }, 'a request could not be served');
  else if (error.status >= 500) log.error({ ...fields, err: error.cause ?? error }, 'a request failed');
  else log.debug(fields, 'a request was refused');
}
