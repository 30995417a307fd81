/** Latido's decisions, pure: no I/O, no clock, no randomness. Each domain appends its line below its name. */

// kernel
export * from "./kernel/spans.ts";

// presence

// calls

// attendance

// metering

// ledger

// notifications
