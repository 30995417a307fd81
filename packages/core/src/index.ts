/** Latido's decisions, pure: no I/O, no clock, no randomness. Each domain appends its line below its name. */

// kernel
export * from './kernel/spans.ts';

// presence
export * from './presence/index.ts';

// calls
export * from './calls/index.ts';

// attendance

// metering

// ledger

// notifications
