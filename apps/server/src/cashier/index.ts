export { createCashier, type CashierDeps } from './create-cashier.ts';
