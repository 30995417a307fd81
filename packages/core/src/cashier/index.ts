export { payoutStep, type PayoutStatus, type PayoutStep } from './payout.ts';
export { standingOf, type ProviderWord, type Standing, type Terms, type TopUpStatus } from './topup.ts';
