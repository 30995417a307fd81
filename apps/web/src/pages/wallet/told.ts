import type { TopUp } from '../../app/cashier.ts';

/** What is told of a top-up: its status, or that its payment page was left while nothing is known of a payment. */
export const toldOf = ({ status }: Pick<TopUp, 'status'>, isLeft: boolean): TopUp['status'] | 'left' =>
  isLeft && status === 'pending' ? 'left' : status;

/** What the answer to a purchase leads to: the coins have come, it is to be paid, or it is told how it stands. */
export function nextOf({ status, url }: Pick<TopUp, 'status' | 'url'>): 'came' | 'pay' | 'told' {
  if (status === 'paid') return 'came';
  return status === 'pending' && url !== undefined ? 'pay' : 'told';
}
