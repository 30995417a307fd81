import type { Provider } from './ports.ts';

/** Takes no money at all: whoever buys says by themselves that it was paid. Off in production. */
export const DEVELOPMENT: Provider = {
  name: 'development',
  open: ({ topUpId }) => Promise.resolve({ ref: `dev_${topUpId}` }),
};
