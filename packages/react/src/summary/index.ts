export { CallSummary, type CallSummaryProps } from './call-summary.tsx';
export { sumsOf } from './sums.ts';
export { useSettledCall } from './use-settled-call.ts';
