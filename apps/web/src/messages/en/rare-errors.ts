/** Failures that only rare pages tell of, by the code of the table of errors; loaded with their words. */
export const rareErrors = {
  credit: {
    closed: 'This credit is closed already.',
    not_found: 'This credit does not exist.',
    not_yours: 'Another collector has this credit.',
  },
  debtor: {
    not_found: 'This debtor does not exist.',
  },
  refund: { too_much: 'So many coins of this call cannot be given back any more.' },
  payout: {
    not_found: 'This payout does not exist.',
    refused: 'This payout has gone further in the meantime.',
  },
  earnings: { insufficient: 'Not so many coins can be paid out now.' },
  import: {
    not_found: 'This import does not exist.',
    not_done: 'There is nothing to undo.',
    in_use: 'Something was built on this import since: it cannot be undone.',
  },
  payment: {
    not_found: 'This payment does not exist.',
    reversed: 'This payment has already been reversed.',
  },
  external_id: {
    taken: 'This id of your system is in use already.',
  },
  webhook: {
    signature: 'The signature is not valid.',
    address: 'Webhooks may not come from this address.',
    not_stored: 'The event could not be saved. It will be sent again.',
  },
  file: {
    not_found: 'This file does not exist any more.',
    too_large: 'The file is too large: 25 MB at most.',
    empty: 'The file is empty.',
    type_mismatch: 'The file is not what its name says.',
    too_many: 'You have sent too many files. Try again later.',
    broken_off: 'The file did not arrive whole. Send it again.',
    range: 'The file has no such part.',
    store_unavailable: 'Files cannot be stored or read now. Try again later.',
    store_full: 'There is no room for files now.',
  },
  offering: { not_found: 'There is no such offering any more.' },
  booking: {
    not_found: 'There is no such session, or it is not yours.',
    in_past: 'This time is over. Choose one that lies ahead.',
    taken: 'This time is taken. Choose another one.',
    not_offered: 'This time is not offered. Choose one of those shown.',
    not_started: 'The session has not begun yet.',
    too_early: 'It is too early to start this session.',
    not_over: 'The session is not over yet.',
    over: 'This session is over.',
  },
  notes: {
    closed: 'You are no longer of this session.',
    read_only: 'You may read these notes, not change them.',
    invalid: 'This is no change of notes.',
    too_large: 'This change is larger than 1 MB. Paste it in parts.',
    full: 'The notes have grown to 8 MB. Take something out first.',
    version_not_found: 'This version is gone.',
  },
  recording: {
    busy: 'As many recordings are being made as this server can make. Ask again in a while.',
    disk_full: 'The server has no room for a recording.',
    goes_on: 'This call is being recorded already.',
    not_found: 'This recording is gone.',
    not_now: 'Come into the call first.',
    not_ready: 'The recording is not ready yet.',
    over: 'This recording is over.',
    range: 'The recording has no such place.',
    unavailable: 'Nothing can be recorded here: the server lacks ffmpeg.',
  },
  report: { not_found: 'This report does not exist, or is closed.' },
  plan: {
    not_found: 'This price does not exist.',
  },
  push: {
    endpoint_refused: 'Nothing is sent to this address.',
    not_found: 'This device is not on the list any more.',
  },
};
