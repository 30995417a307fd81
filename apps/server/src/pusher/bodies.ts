import type { App } from '../platform/index.ts';
import { problem } from '../platform/index.ts';

/** Lets the routes of this scope take form-encoded bodies, as pusher-js and Laravel Echo send them. */
export function takeForms(app: App): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(body as string)));
    },
  );
}

/** Gives the routes of this scope every body as the text that came, because a signature covers it. */
export function takeRawText(app: App): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
}

/** Reads JSON out of a raw body. @throws AppError `request.malformed_json` */
export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw problem('request.malformed_json', 'The body is not JSON.');
  }
}
