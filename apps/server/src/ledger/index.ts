export {
  accountKey,
  balanceOf,
  earningsOf,
  ledgerSum,
  lockSpendable,
  openAccount,
  openAccounts,
  openAccountsOf,
  spendableOf,
  spendableOfEach,
  walletOf,
  walletsOf,
  type Balance,
  type OwnedAccount,
} from './accounts.ts';
export { auditLedger, type Difference } from './audit.ts';
export { CREDITED, giveWelcomeCoins, grant, type Credit, type Credited } from './credit.ts';
export { whoAsks, type AskedCoins } from './coin-requests.ts';
export { expireCoins } from './expire.ts';
export type { CallsOfMeters, Gate, LastTick } from './ports.ts';
export { earnedBy, giveBackAside, payOut, putAside } from './earned.ts';
export { writeEntry } from './move.ts';
export { reserve, settleReserved, type Reservation } from './reserve.ts';
export {
  countBack,
  lockAccountsOf,
  refundCharges,
  standingOfMeter,
  type Part,
  type Standing,
} from './refund.ts';
export { giveBoughtAgain, takeBackBought } from './take-back.ts';
export { createLedger } from './create-ledger.ts';
export { balanceAround, heldFor, statement, type StatementRow } from './statement.ts';
