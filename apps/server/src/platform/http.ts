import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify';
import { jsonSchemaTransform, serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { addressKey } from './addresses.ts';
import type { Config } from './config.ts';
import { newId } from './ids.ts';
import type { Log } from './log.ts';
import { VERSION } from './version.ts';
import { WEB_DIR, webFallback } from './web.ts';
import { answerProblem, asAppError, logProblem } from './problems.ts';
import { problem } from './errors.ts';
import { refuseBrokenText } from './broken-text.ts';
import { registerCors } from './cors.ts';
import { refuseUnknownQueries, strictQueries } from './queries.ts';
import { refuseUnparsed, takeTheRest, type EarlyRefusalListener } from './refusals.ts';
import { refuseSlowBodies } from './slow-bodies.ts';

/** The HTTP server, with zod schemas as types of its routes. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** A body that nobody sends by mistake; LiveKit's webhooks stay far below. */
const BODY_BYTES_MAX = 1024 * 1024;
/** A room's name of 256 characters, each of them twelve in an address (an emoji). Fastify's own 100 are too few. */
const PARAM_LENGTH_MAX = 256 * 12;

/** Headers are there by then, and the whole request: a socket that trickles holds memory, and nobody is that slow. */
const WITHIN = { headersMs: 15_000, requestMs: 30_000 };
const REQUEST_MS_MAX = 600_000;
const LOOK_FOR_SLOW_EVERY_MS = 1_000;

/** What building needs of the settings. */
export type HttpSettings = Pick<Config, 'trustProxy' | 'livekitUrl' | 'publicUrl' | 'development'> &
  Partial<Pick<Config, 'origins'>>;

/** What {@link buildHttp} needs. */
export interface HttpOptions {
  readonly config: HttpSettings;
  readonly log: Log;
  readonly webDir?: string;
  /** Default: 15 s for the headers, 30 s for the whole request. */
  readonly within?: typeof WITHIN;
  /** Whom limits count a request for, once they are signed in: a person or a key. Strangers count by their address. */
  readonly callerOf?: (request: FastifyRequest) => Promise<string | null>;
}

/**
 * Builds the HTTP server: problem+json for every error, zod for every schema, security headers, cookies, rate limits
 * for routes that ask for one (`config: { rateLimit: { max, timeWindow } }`), webhook bodies as raw `Buffer`.
 */
export async function buildHttp(options: HttpOptions): Promise<App> {
  const { config, log, webDir = WEB_DIR, within = WITHIN } = options;
  const earlyRefusalListeners = new Set<EarlyRefusalListener>();
  const app: App = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newId('request'),
    requestIdHeader: false,
    bodyLimit: BODY_BYTES_MAX,
    trustProxy: config.trustProxy.length > 0 ? config.trustProxy : false,
    forceCloseConnections: true,
    // Of a body each route says for itself how long it may take; this is for what no route sees.
    requestTimeout: Math.max(within.requestMs, REQUEST_MS_MAX),
    http: {
      headersTimeout: within.headersMs,
      connectionsCheckingInterval: Math.min(LOOK_FOR_SLOW_EVERY_MS, within.headersMs),
      // Node itself would answer 400 without a word.
      requireHostHeader: false,
    },
    // An address with a slash too many is the same address: LiveKit takes a 404 for delivered.
    routerOptions: {
      maxParamLength: PARAM_LENGTH_MAX,
      ignoreTrailingSlash: true,
      ignoreDuplicateSlashes: true,
    },
    clientErrorHandler: refuseUnparsed,
    frameworkErrors: (error, request, reply) => {
      const status = answerUndecodable(log, { error, request, reply });
      for (const listener of earlyRefusalListeners) listener({ request, status });
    },
  }).withTypeProvider<ZodTypeProvider>();
  app.decorate('earlyRefusalListeners', earlyRefusalListeners);
  app.setValidatorCompiler(strictQueries);
  refuseUnknownQueries(app);
  refuseBrokenText(app);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(async (error, request, reply) => {
    const seen = asAppError(error, request.headers['content-type']);
    logProblem(log, seen, request);
    if (seen.status === 413) await takeTheRest(request.raw);
    return answerProblem(seen, request, reply);
  });
  app.setNotFoundHandler(webFallback(webDir));
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    // What is for everybody says so by itself (files with a hash); the rest is somebody's, and no cache's.
    reply.header('cache-control', 'no-store');
    if (request.headers.host === undefined && request.raw.httpVersion === '1.1')
      throw problem('request.invalid', 'The header Host is missing; HTTP/1.1 demands it.');
  });
  refuseSlowBodies(app, within.requestMs);
  registerCors(app, config.origins ?? []);
  app.addContentTypeParser('application/webhook+json', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Latido', version: VERSION } },
    transform: jsonSchemaTransform,
  });
  await app.register(cookie);
  await guardDocuments(app, config);
  await app.register(rateLimit, {
    global: false,
    keyGenerator: async (request) => (await options.callerOf?.(request)) ?? addressKey(request.ip),
    errorResponseBuilder: (_request, context) =>
      problem('request.rate_limited', `More than ${context.max} requests. Try again in ${context.after}.`),
  });
  return app;
}

/** An address that cannot be decoded never reaches the error handler. */
function answerUndecodable(
  log: Log,
  { error, request, reply }: { error: Error; request: FastifyRequest; reply: FastifyReply },
): number {
  const seen = asAppError(error);
  logProblem(log, seen, request);
  void answerProblem(seen, request, reply.header('x-request-id', request.id));
  return seen.status;
}

/** What browsers heed in a document only: with each of the fifty answers of a call it would weigh more than the answer. */
const OF_DOCUMENTS = [
  'content-security-policy',
  'cross-origin-opener-policy',
  'origin-agent-cluster',
  'x-dns-prefetch-control',
  'x-download-options',
  'x-frame-options',
  'x-permitted-cross-domain-policies',
  'x-xss-protection',
];

async function guardDocuments(app: App, config: HttpSettings): Promise<void> {
  await app.register(helmet, securityHeaders(config));
  app.addHook('onSend', async (_request, reply) => {
    if (/html/.test(String(reply.getHeader('content-type')))) return;
    for (const name of OF_DOCUMENTS) reply.raw.removeHeader(name);
  });
}

/** Scripts, styles and fonts from ourselves only; sockets and media to LiveKit, wherever it is. */
function securityHeaders({ publicUrl }: HttpSettings) {
  const secure = publicUrl.startsWith('https:');
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'self'"],
        objectSrc: ["'none'"],
        frameAncestors: ["'self'"],
        formAction: ["'self'"],
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        workerSrc: ["'self'", 'blob:'],
        styleSrc: ["'self'", "'unsafe-inline'"],
        fontSrc: ["'self'", 'data:'],
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'blob:', 'mediastream:'],
        // LiveKit's address may differ per deployment and region; its client also asks by HTTP when a socket fails.
        connectSrc: secure ? ["'self'", 'wss:', 'https:'] : ["'self'", 'ws:', 'wss:', 'http:', 'https:'],
        ...(secure ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    strictTransportSecurity: secure,
    // SharedArrayBuffer is not needed, and other origins may show our media.
    crossOriginEmbedderPolicy: false,
    crossOriginOpenerPolicy: { policy: 'same-origin' as const },
    referrerPolicy: { policy: 'strict-origin-when-cross-origin' as const },
  };
}
