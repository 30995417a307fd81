// Without schemas, so that a page that lists them does not load zod.

/** Policies of rounding: when a unit becomes due. */
export const PRICE_POLICIES = [
  'completed-minute',
  'completed-minute-min1',
  'started-minute',
  'nearest-minute',
  '30-6',
  'per-second',
  'grace-then-started',
] as const;

/** What a connection test looks at, in this order. */
export const CONNECTION_STEPS = [
  'camera',
  'microphone',
  'signalling',
  'udp',
  'publish',
  'subscribe',
  'tcp',
] as const;
