export {
  balanceOf,
  earningsOf,
  ledgerSum,
  openAccount,
  openAccounts,
  walletOf,
  type Balance,
  type OwnedAccount,
} from './accounts.ts';
export { auditLedger, type Difference } from './audit.ts';
export { CREDITED, grant, topUp, type Credit, type Credited } from './credit.ts';
export type { Gate, LastTick } from './ports.ts';
export { ledgerRoutes, type LedgerRouteDeps } from './routes.ts';
export { statement, type StatementRow } from './statement.ts';
