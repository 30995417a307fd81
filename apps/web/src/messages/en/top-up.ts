/** Buying coins. */
export const topUp = {
  title: 'Top up',
  packs: 'Packs of coins',
  coins: '{coins, plural, one {# coin} other {# coins}}',
  withBonus: '{coins, plural, one {# coin} other {# coins}} and {bonus} bonus',
  minutes:
    '{minutes, plural, one {# minute} other {# minutes}} at {price, plural, one {# coin} other {# coins}}',
  pay: 'Pay {amount}',
  stripe:
    'By card, on Stripe’s page. The coins are here once Stripe confirms the payment, most often within seconds.',
  development: 'This is a development server: no money is taken, and the coins come at once.',
  none: 'Coins cannot be bought here. Ask for some, and somebody who looks after this service gives them.',
  came: '{coins, plural, one {# coin has} other {# coins have}} come into your wallet.',
  told: '{status, select, left {Not paid yet. Nothing was taken.} pending {Your payment is being confirmed. The coins appear here by themselves.} paid {Paid: {coins, plural, one {# coin is} other {# coins are}} in your wallet.} failed {The payment failed. Nothing was taken.} expired {The payment page was left without paying. Nothing was taken.} refunded {This payment was given back.} disputed {Your bank disputes this payment: its coins are not available.} other {The amount that was paid is not what was asked for. Ask who runs this service.}}',
  beside: 'It is paid in another tab. You stay here, and the coins come by themselves.',
  payBeside: 'Open the payment page',
  again: 'Choose again',
};
