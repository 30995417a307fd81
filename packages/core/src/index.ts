/** Latido's decisions, pure: no I/O, no clock, no randomness. Each domain appends its line below its name. */

// kernel
export * from './kernel/spans.ts';

// presence
export * from './presence/index.ts';

// calls
export * from './calls/index.ts';

// attendance
export * from './attendance/index.ts';

// metering
export * from './metering/plan.ts';
export * from './metering/price.ts';
export * from './metering/timeline.ts';
export * from './metering/due-rows.ts';

// notifications
export * from './notifications/index.ts';
