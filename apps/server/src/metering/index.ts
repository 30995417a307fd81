export { audit } from './audit.ts';
export { adjustOvercharged, chargeDue, rearm, type Charged, type ChargeOptions } from './charge-due.ts';
export { cutExhausted } from './cut.ts';
export { payInGroup, type GroupPayer } from './group-meter.ts';
export { createMetering, TICK_MS, moneyOf, type Metering, type MeteringDeps } from './metering.ts';
export { createMeterOf } from './meter-state.ts';
export type { ProofSource } from './ports.ts';
export { rebuildMeters } from './rebuild.ts';
export { replan } from './replan.ts';
export {
  startCallOfTwo,
  startPaidCall,
  startPaidCallIn,
  type PaidCall,
  type PersonCall,
  type StartedCall,
} from './start-paid-call.ts';
export { planFor, plansFor, type Offered } from './plan-offers.ts';
export { startPaidCallsIn, type MatchedPair, type Started } from './start-paid-calls.ts';
export { payersUnsettled } from './unsettled.ts';
export { writePricePlans } from './write-plans.ts';
