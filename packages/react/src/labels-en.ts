import type { CallSum, Labels } from './labels.ts';

const sumIn = (sum: CallSum | null): string => {
  if (sum === null) return '';
  if (!sum.settled) return ' The last minute is being counted.';
  if (sum.earns) return ` You earned ${coinsIn(sum.coins)}.`;
  return sum.coins === 0 ? ' It cost you nothing.' : ` It cost you ${coinsIn(sum.coins)}.`;
};

const coinsIn = (coins: number): string => `${coins} ${coins === 1 ? 'coin' : 'coins'}`;

/** English. */
export const enLabels: Labels = {
  language: 'en',
  connecting: 'connecting',
  connectingText: 'Connecting to the call',
  waiting: 'waiting',
  waitingTitle: (name) => `Waiting for ${name ?? 'the other person'}`,
  waitingText: 'The call begins when you are both here.',
  waitingFree: 'Waiting is free. The meter starts when you are both connected.',
  ringingTitle: (name) => `Calling ${name}`,
  ringingText: ({ name, online, inCall }) =>
    inCall
      ? `${name} is in another call and sees yours. Waiting is free.`
      : online === false
        ? `${name} is not online. If they come, your call is waiting for them. Waiting is free.`
        : online
          ? `It is ringing. Waiting is free; the meter starts when you are both connected.`
          : 'Waiting is free. The meter starts when you are both connected.',
  toAnswer: 'seconds left to answer',
  together: 'together',
  suspected: 'checking',
  reconnecting: 'reconnecting',
  gone: 'gone',
  partner: 'Partner',
  people: (count) => `${count} people`,
  you: 'You',
  reconnectingTitle: (name) => `${name} is reconnecting`,
  reconnectingText: (clock, name) =>
    `You pay nothing while you wait. The meter stopped at ${clock}, ${name}’s last sign of life.`,
  reconnectingTextEarner: (clock, name) =>
    `The meter stopped at ${clock}, ${name}’s last sign of life, and continues when the connection is back.`,
  reconnectingTextFree: 'The call continues as soon as the connection is back.',
  endNowFree: 'End now, free',
  endNow: 'End now',
  closedTitle: (name) => `${name} closed the page`,
  pageClosed: 'page closed',
  toComeBack: 'seconds to come back',
  mediaAway: 'media server restarting',
  mediaAwayTitle: 'The media server is restarting',
  mediaAwayText: 'You pay nothing until picture and sound are back. Your call is being held.',
  mediaAwayTextEarner: 'The meter is paused until picture and sound are back. Your call is being held.',
  mediaAwayTextFree: 'Your call is being held and continues as soon as picture and sound are back.',
  frozen: ({ whose, name, meter }) =>
    (whose === 'partner'
      ? `No picture or sound arrives from ${name}.`
      : `Your picture and sound do not reach ${name}.`) +
    (meter === 'paused' ? ' The meter is paused until they do.' : ''),
  meBackTitle: 'You are reconnecting',
  meBackText: 'Your connection dropped. The meter is paused until you are back.',
  meBackTextFree: 'Your connection dropped. The call continues as soon as it is back.',
  goneTitle: (reason, name) =>
    ({
      hung_up: `${name} hung up`,
      next: `${name} pressed next`,
      not_matched: 'You two were not connected',
      parted: 'The call has ended',
      left: `${name} left the call`,
      lost_connection: `${name} lost the connection`,
      removed: 'The call was ended by the team',
      unreachable: 'The connection kept failing',
      out_of_balance: 'The balance ran out',
      no_answer: `${name} did not answer`,
      expired: 'Nobody joined in time',
    })[reason],
  goneText: (reason) =>
    ({
      hung_up: 'The call is over. The meter stopped at that moment.',
      next: 'The call is over. The meter stopped at that moment.',
      not_matched: 'Nothing was charged.',
      parted: 'Nothing more is charged.',
      left: 'The page was closed and nobody came back in time, so the call is over.',
      lost_connection:
        'The connection did not come back in time, so the call ended at the last sign of life.',
      removed: 'Nothing more is charged.',
      unreachable:
        'One side could not be reached for the third time, so the call ended at the last sign of life.',
      out_of_balance: 'The call ended when the last paid unit was used.',
      no_answer: 'Nothing was charged. They can see that you called.',
      expired: 'Nothing was charged.',
    })[reason],
  meLostTitle: 'Your connection was lost',
  meLostText: (sum) =>
    `It did not come back in time, so the call ended at your last sign of life.${sumIn(sum)}`,
  mediaLostTitle: 'The media server stopped working',
  mediaLostText: (sum) => `It did not come back in time, so the call is over.${sumIn(sum)}`,
  declinedTitle: (name) => `${name} declined the call`,
  notMetTitle: (name) => `${name} left before the call began`,
  notMetText: 'Nothing was charged.',
  youEndedTitle: 'You ended the call',
  youCancelledTitle: 'You cancelled the call',
  close: 'Close',
  duplicateTitle: 'This call is open somewhere else',
  duplicateText: 'You joined it in another tab or on another device. One place at a time.',
  useHere: 'Use it here',
  failedTitle: 'The call could not be joined',
  problem: (code) =>
    ({
      sign_in: 'You have been signed out. Sign in and join again.',
      forbidden: 'This room is not open to you. Ask the person who sent you here for a new link.',
      balance: 'Your balance does not cover the first unit of this call.',
      ended: 'This call has already ended.',
      elsewhere: 'You are in another call. End it, or come back when it is over.',
      not_found: 'This room no longer exists.',
      media_server: 'The media server is not responding. Your call is being held; try again in a moment.',
      media_path: 'This network blocks sound and picture. Try another network.',
      network: 'The server cannot be reached. Check your connection.',
      server_away: 'The server is not ready yet. Try again in a moment.',
      rate_limited: 'Too many attempts. Wait a minute and try again.',
      unexpected: 'Something went wrong on our side. Try again.',
    })[code],
  balanceMissing: (required, missing) =>
    `The first unit of this call costs ${coinsIn(required)}: ${missing} more ${missing === 1 ? 'is' : 'are'} needed.`,
  leaveOther: 'End it and go in',
  retry: 'Try again',
  diagnostic: (id) => `Diagnostic id ${id}`,
  micOn: 'Turn microphone on',
  micOff: 'Turn microphone off',
  cameraOn: 'Turn camera on',
  cameraOff: 'Turn camera off',
  shareOn: 'Share your screen',
  shareOff: 'Stop sharing',
  sharing: 'Everyone in the call sees your screen.',
  more: 'Devices',
  microphone: 'Microphone',
  camera: 'Camera',
  speaker: 'Speaker',
  noDevices: 'No camera, microphone or speaker was found.',
  hangUp: 'Hang up',
  next: 'Next',
  nextKey: 'Next person (N)',
  chat: (unread) =>
    unread === 0
      ? 'Chat (C)'
      : `Chat (C), ${unread === 1 ? '1 unread message' : `${unread} unread messages`}`,
  controls: 'Call controls',
  selfView: 'Your own picture',
  moveSelfView: 'Your own picture. Arrow keys move it to another corner.',
  noCamera: 'Camera off',
  noMicrophone: 'Microphone off',
  callWith: (name) => (name === null ? 'Call' : `Call with ${name}`),
  elapsed: 'Time together',
  spent: (coins) => `${coins} spent`,
  left: (coins) => `${coins} left`,
  earned: (coins) => `${coins} earned`,
  price: (coins, increment) => `${coins} ${coins === '1' ? 'coin' : 'coins'} ${increment}`,
  perMinute: 'a minute',
  nextAt: (clock) => `next charge at ${clock}`,
  paused: 'meter paused',
  paidUntil: (clock) => `paid until ${clock}`,
  free: 'free',
  coins: (coins) => `${coins} ${coins === '1' ? 'coin' : 'coins'}`,
  topUp: 'Top up',
  lowBalance: (clock) => `Your balance lasts ${clock} more.`,
  outOfBalance: ({ seconds, left, price, perMinute, inGroup }) =>
    `${left === 0 ? 'No coins' : coinsIn(left)} left; the next ${perMinute ? 'minute' : 'unit'} costs ${price}. ${inGroup ? 'You leave' : 'The call ends'} in ${seconds} s.`,
  startAudio: 'Turn the sound on',
  noMedia: ({ devices, why }) => {
    const [what, it] = [devices.join(' and '), devices.length > 1 ? 'them' : 'it'];
    if (why === 'denied')
      return `Your browser blocks the ${what}. Allow ${it} in the address bar, then turn ${it} on here.`;
    if (why === 'busy') return `Another program is using the ${what}. Close it, then turn ${it} on here.`;
    return `No ${devices.join(' or ')} was found. You are in the call without ${it}.`;
  },
  dismiss: 'Dismiss',
  serverAway: ({ since, until, name }) =>
    `The server has not answered since ${since}. Picture and sound continue without it.${until === null ? '' : ` ${name} may come back until ${until}.`}`,
  lastWord: 'the server’s last word',
  joined: (name) => `${name} joined`,
  went: (name) => `${name} left`,
  trace: (name, alive) => (alive ? `${name}: signs of life are arriving` : `${name}: no signs of life`),
  summary: {
    together: 'Time together',
    duration: 'Total duration',
    pauses: 'Pauses, not charged',
    units: ({ units, price, areMinutes }) =>
      areMinutes
        ? `${units} ${units === 1 ? 'minute' : 'minutes'} at ${price} ${price === '1' ? 'coin' : 'coins'}`
        : `${units} ${units === 1 ? 'unit' : 'units'} at ${price}`,
    counted: ({ units, areMinutes }) =>
      areMinutes
        ? `${units} ${units === 1 ? 'minute' : 'minutes'}`
        : `${units} ${units === 1 ? 'unit' : 'units'}`,
    earned: 'Earned',
    balance: 'Balance',
    counting: 'The last minute is being counted.',
  },
};
