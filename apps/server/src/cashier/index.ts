export { auditMoney } from './audit.ts';
export { createCashier, type CashierDeps } from './create-cashier.ts';
