import * as kinds from './setting-kinds.ts';

/** What calls are charged by beyond their price, and what is paid out of it. */
export const moneySettings = {
  LATIDO_CUT_AFTER_MS: kinds.integer({
    standard: '20000',
    unit: 'ms',
    doc: 'From the end of the balance to the end of the call.',
  }),
  LATIDO_ADJUSTMENTS: kinds.text({
    choices: ['credit_only', 'both'],
    standard: 'credit_only',
    doc:
      'What becomes of time of a settled call that is proven only later: with credit_only too much is given back and nothing more is ' +
      'charged; with both the missing units are charged, as far as coins are there.',
  }),
  LATIDO_ON_LEDGER_DOWN: kinds.text({
    choices: ['continue', 'terminate'],
    standard: 'continue',
    doc:
      'What becomes of paid calls while the database does not answer: with continue they go on and are charged with their true time once it ' +
      'does, as far as coins are there; with terminate their rooms are closed after 30 s of it.',
  }),
  LATIDO_EARNINGS_DELAY_MS: kinds.integer({
    unit: 'ms',
    doc: 'How old a charge must be before its share can be paid out. Default 0 in development, two days in production.',
  }),
};
