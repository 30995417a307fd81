/** Latido's decisions, pure: no I/O, no clock, no randomness. What the index of a module here names is what others may use. */

export * from './kernel/index.ts';
export * from './presence/index.ts';
export * from './calls/index.ts';
export * from './attendance/index.ts';
export * from './metering/index.ts';
export * from './ledger/index.ts';
export * from './cashier/index.ts';
export * from './matching/index.ts';
export * from './mentoring/index.ts';
export * from './notes/index.ts';
export * from './chat/index.ts';
export * from './recording/index.ts';
export * from './notifications/index.ts';
export * from './push/index.ts';
export * from './collections/index.ts';
