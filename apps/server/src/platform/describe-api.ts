import { ERRORS, type ErrorCode } from '@latido/protocol';
import type { Operation } from './operation.ts';
import { OPERATIONS } from './operations.ts';

interface Documented {
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: { in: string }[];
  requestBody?: { content?: Record<string, { example?: unknown }> };
  responses?: Record<string, unknown>;
  security?: object[];
}
interface Document {
  paths?: Record<string, Record<string, Documented>>;
  components?: Record<string, Record<string, unknown>>;
  tags?: object[];
  security?: object[];
}

/** Who is asked by nobody in particular: no sign-in. */
const PUBLIC =
  /^(GET \/(healthz|readyz)|POST \/api\/auth\/sign-(up|in)|GET \/api\/(auth\/get-session|v1\/(session|realtime))|POST \/api\/(livekit\/webhook|v1\/(presence\/beacon|webhooks\/stripe))|\w+ \/apps\/)/;

const TAGS: Readonly<Record<string, string>> = {
  access: 'Accounts, sign-ins, API keys.',
  people: 'Finding people and looking after them.',
  calls: 'Calls: begin, watch, end, and the facts behind them.',
  metering: 'Prices, and what a call cost.',
  ledger: 'Wallets, earnings, coins that are given.',
  cashier: 'Coins bought, earnings paid out.',
  attendance: 'Who was where, from when to when.',
  inbox: 'Notices: what somebody has to be told.',
  livekit: 'Tokens, webhooks, and names that existing front ends call.',
  realtime: 'Live events, over the Pusher protocol.',
  team: 'For a team’s own backend.',
  chat: 'What is written in a call.',
  recording: 'Calls kept as files, by the yes of everybody in them.',
  notes: 'What the people of a session write together.',
  mentoring: 'Booked sessions: hours, offerings, bookings, the lobby.',
  collections: 'Debtors, credits, payments.',
  operations: 'Health, service levels, staff.',
};

const TAG_OF: readonly (readonly [RegExp, string])[] = [
  [/^\/api\/(status|v1\/inbox)/, 'inbox'],
  [/^\/api\/v1\/presence|^\/api\/livekit/, 'livekit'],
  [/^\/(broadcasting|pusher|apps)\/|realtime$/, 'realtime'],
];

/** Completes what was gathered from the routes: words, examples, errors, ways to sign in. */
export function describeApi<T extends object>(gathered: T): T {
  const document = gathered as Document;
  document.components = { ...document.components, securitySchemes: SCHEMES, responses: problems() };
  document.security = [{ bearer: [] }, { cookie: [] }, { apiKey: [] }];
  document.tags = Object.entries(TAGS).map(([name, description]) => ({ name, description }));
  for (const [path, operations] of Object.entries(document.paths ?? {}))
    for (const [method, operation] of Object.entries(operations))
      describe(operation, path, `${method.toUpperCase()} ${path}`);
  return gathered;
}

function describe(operation: Documented, path: string, name: string): void {
  const told: Operation = OPERATIONS[name] ?? {};
  operation.summary ??= told.summary ?? name;
  operation.description ??= told.description ?? `${operation.summary}.`;
  operation.tags ??= [TAG_OF.find(([of]) => of.test(path))?.[1] ?? 'operations'];
  const json = operation.requestBody?.content?.['application/json'];
  if (json && told.body !== undefined) json.example ??= told.body;
  if (PUBLIC.test(name)) operation.security = [];
  const codes = errorsOf(operation, name, told);
  const statuses = new Set(codes.map((code) => String(ERRORS[code].status)));
  for (const status of statuses)
    operation.responses = { ...operation.responses, [status]: { $ref: `#/components/responses/${status}` } };
}

/** What an operation may refuse by, in codes: those of its own, and those that come with what it takes. */
function errorsOf(operation: Documented, name: string, { errors = [] }: Operation): ErrorCode[] {
  const isPublic = PUBLIC.test(name);
  const takes = operation.requestBody !== undefined || (operation.parameters ?? []).length > 0;
  const isNamed = (operation.parameters ?? []).some((parameter) => parameter.in === 'path');
  return [
    ...errors,
    ...(isPublic ? [] : (['auth.required', 'auth.forbidden'] as const)),
    ...(takes ? (['request.invalid'] as const) : []),
    ...(isNamed ? (['route.not_found'] as const) : []),
    'request.rate_limited',
    'database.unavailable',
  ];
}

const SCHEMES = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description:
      'The token of `set-auth-token` after a sign-in, a token made for a person, or an API key (`lat_…`).',
  },
  cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: 'better-auth.session_token',
    description: 'Set by a sign-in in the browser. Unsafe requests also need an origin of ours.',
  },
  apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'An API key, within its scopes.' },
};

const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail', 'requestId', 'retry'],
  properties: {
    type: { type: 'string', description: 'Where the error is explained.' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(ERRORS) },
    detail: { type: 'string', description: 'What was seen, what was expected, what to do.' },
    requestId: { type: 'string', description: 'Ties the answer to the server’s log.' },
    retry: { type: 'string', enum: ['never', 'after-fix', 'later'] },
  },
};

/** One response for each status, with every error of it as an example. */
function problems(): Record<string, unknown> {
  const codes = Object.keys(ERRORS) as ErrorCode[];
  const statuses = [...new Set(codes.map((code) => ERRORS[code].status))];
  return Object.fromEntries(
    statuses.map((status) => {
      const of = codes.filter((code) => ERRORS[code].status === status);
      const description = of.map((code) => `\`${code}\`: ${ERRORS[code].title}`).join('; ');
      const examples = Object.fromEntries(of.map((code) => [code, { value: exampleOf(code) }]));
      const content = { 'application/problem+json': { schema: PROBLEM, examples } };
      return [String(status), { description, content }];
    }),
  );
}

function exampleOf(code: ErrorCode): Record<string, unknown> {
  const { status, title, retry } = ERRORS[code];
  return { type: `/docs#${code}`, title, status, code, detail: `${title}.`, requestId: 'request_01…', retry };
}
