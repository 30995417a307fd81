/** Live calls for those who watch over them: how the service does, and what may be done in a call. */
export const watch = {
  nowHint: '{together} together, {away} reconnecting',
  told: 'Partner told, {what, select, p99 {99 of 100 within} other {slowest}}',
  toldNone: 'Partner told',
  goalSeconds: 'goal {seconds} s, last 24 h',
  noneYet: 'no silence in 24 h',
  webhooks: 'Told by webhooks',
  repaired:
    '{repaired, plural, =0 {none had to be looked for} one {# found by asking} other {# found by asking}}',
  falseAlarms: 'False alarms',
  goalPercent: 'goal {percent} %, of {count, plural, one {# notice} other {# notices}}',
  watch: 'Watch',
  watchOf: 'Watch {names}',
  title: 'Call of {names}',
  end: 'End this call',
  endSure: 'End it for both?',
  ended: 'The call has ended.',
  yes: 'End it',
  cancel: 'Cancel',
  remove: 'Remove',
  removeOf: 'Remove {name} from the call',
  removed: '{name} was taken out.',
  people: 'People',
  facts: 'Facts as they come in',
  noFacts: 'Nothing has been reported yet.',
  state:
    '{state, select, absent {not there} present {there} suspected {being asked} unreachable {out of reach} left {gone} other {{state}}}',
};
