export * from './errors.ts';
export * from './people.ts';
export * from './calls.ts';
export * from './tokens.ts';
export * from './presence.ts';
export * from './notices.ts';
export * from './inbox.ts';
export * from './pusher.ts';
