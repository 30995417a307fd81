import { DEMO_PEOPLE } from './demo.ts';
import { placeOf } from './start-errors.ts';
import { VERSION, type Config } from '../platform/index.ts';

/** What there is to tell once the server is ready. */
export interface GreetingOptions {
  config: Pick<Config, 'publicUrl' | 'databaseDir' | 'databaseUrl' | 'livekitUrl'>;
  /** The media server that we started, in words. */
  media?: string | undefined;
  /** Whether the one that the settings name answers. */
  livekitAnswers: boolean;
  /** Of the demo people; none when nobody here knows it. */
  password?: string | undefined;
}

/** What a newcomer reads when the server is ready: where to look, what runs, who may sign in, how to end it. */
export function greetingOf({ config, media, livekitAnswers, password }: GreetingOptions): string[] {
  const { publicUrl, databaseDir, databaseUrl, livekitUrl } = config;
  const livekit =
    media ?? `${livekitUrl}${livekitAnswers ? '' : ' (does not answer yet: no media until it does)'}`;
  return [
    '',
    `  Latido ${VERSION} is ready: ${publicUrl}`,
    `  LiveKit   ${livekit}`,
    `  Database  ${databaseUrl ? postgresWords(databaseUrl) : `embedded, in ${databaseDir}`}`,
    `  API       ${publicUrl}/docs`,
    ...(password === undefined ? [] : peopleWords(password)),
    '',
    '  Ctrl-C ends it, and all that it started.',
    '',
  ];
}

function postgresWords(url: string): string {
  const { host, database } = placeOf(url);
  return `Postgres, ${database} at ${host}`;
}

function peopleWords(password: string): string[] {
  const rows = DEMO_PEOPLE.map(
    ({ email, role, coins }) => `    ${email.padEnd(17)} ${role}${coins > 0n ? `, ${coins} coins` : ''}`,
  );
  return [`  Demo people, all with the password ${password}`, ...rows];
}
