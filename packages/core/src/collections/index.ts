export {
  attentionOn,
  faultOfInstallments,
  nextDueOn,
  partsDue,
  statusOf,
  unpaidOf,
  type Attention,
  type CreditTerms,
  type Installment,
} from './attention.ts';
export { addDays, dayOf, type Day } from './days.ts';
