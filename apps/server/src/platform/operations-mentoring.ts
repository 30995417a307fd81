import type { Operations } from './operation.ts';

/** What is answered about a room to who is not within. */
const WITHIN = ['booking.not_found', 'booking.not_started', 'booking.over', 'lobby.not_admitted'] as const;

const startsAt = '2027-03-01T09:00:00.000Z';

/** Booked sessions: hours, offerings, bookings, the lobby, and what is written in a call. */
export const MENTORING_OPERATIONS: Operations = {
  'PUT /api/v1/availability': {
    summary: 'Set your hours',
    description:
      'On the wall clock of your zone: 09:00 stays 09:00 over daylight saving. `day` is 1 for Monday to 7 for Sunday. An exception replaces the hours of its day; without a time the day is off. What is booked stays.',
    body: {
      timeZone: 'Europe/Madrid',
      weekly: [{ day: 1, from: '09:00', to: '12:00' }],
      exceptions: [{ date: '2027-12-25' }],
    },
    as: 'earner',
  },
  'GET /api/v1/availability': { summary: 'Your hours', description: 'As they were set.', as: 'earner' },
  'POST /api/v1/offerings': {
    summary: 'Offer sessions',
    description:
      'From 5 minutes to 8 hours, for up to 30 people. `fixed` coins are held as one books and charged when both met; `per_minute` is a price plan of yours: with several seats each mentee pays for their own time with you. `cancellation`: all back until so many hours before, then half or nothing.',
    errors: ['plan.not_found'],
    body: { title: 'Portfolio review', minutes: 45, seats: 1, price: { kind: 'fixed', coins: 120 } },
    as: 'earner',
    status: 201,
  },
  'DELETE /api/v1/offerings/{id}': {
    summary: 'Take an offering back',
    description: 'What is booked of it stays.',
    errors: ['offering.not_found'],
  },
  'GET /api/v1/mentors/{personId}': {
    summary: 'A mentor',
    description:
      'Their zone, what they offer, and to how many of their sessions they came. Who has neither hours nor offers is shown to themselves only.',
    errors: ['person.not_found'],
    as: 'payer',
    params: { personId: 'earner' },
  },
  'GET /api/v1/mentors/{personId}/slots': {
    summary: 'Times that can be booked',
    description: 'Of one offering, between two instants; without them the next two weeks.',
    errors: ['offering.not_found'],
  },
  'POST /api/v1/bookings': {
    summary: 'Book a session',
    description:
      'Time, seat and coins, all or nothing. Of two who ask for the same at the same moment one has it, the other reads `booking.taken`.',
    errors: [
      'offering.not_found',
      'booking.in_past',
      'booking.taken',
      'booking.not_offered',
      'balance.insufficient',
      'person.blocked',
    ],
    body: { offeringId: 'offering_01', startsAt, topic: 'My portfolio' },
  },
  'GET /api/v1/bookings': {
    summary: 'Your sessions',
    description: 'The next ones first; with `past=true` those that are over, the last one first.',
    errors: ['cursor.invalid'],
    as: 'payer',
  },
  'GET /api/v1/bookings/{id}': {
    summary: 'One session',
    description:
      'For its people and staff. Once it is over with `coming`: how they came, with when they waited in the lobby (`waits`), a mentee’s own only.',
    errors: ['booking.not_found'],
  },
  'POST /api/v1/bookings/{id}/start': {
    summary: 'Start a session',
    description:
      'For its mentor, from 15 minutes before its time to 15 minutes after it. Its people are told.',
    errors: ['booking.not_found', 'booking.too_early', 'booking.over'],
  },
  'POST /api/v1/bookings/{id}/end': {
    summary: 'End a session for all',
    description: 'For its host. What was held is charged, if both met, or given back.',
    errors: ['booking.not_found', 'booking.not_started', 'booking.over'],
  },
  'POST /api/v1/bookings/{id}/verdicts': {
    summary: 'Correct how somebody came',
    description:
      'For the mentor of a session that is over, of others, and for staff. What the connections say stays as `foundVerdict`; each correction is kept with who, when and why. Coins are not touched.',
    errors: ['booking.not_found', 'booking.not_over', 'person.not_found'],
    body: { personId: 'person_01…', verdict: 'present', reason: 'We spoke by telephone.' },
  },
  'GET /api/v1/bookings/{id}/attendance': {
    summary: 'How everybody came to a session',
    description:
      'Once it is over: verdicts with what was found and every correction, presence, waiting, camera, microphone and screen, messages; who never came too. A mentee reads their own line. `format=csv`, `ndjson`, `xlsx` or `pdf` gives a file.',
    errors: ['booking.not_found', 'booking.not_over'],
  },
  'POST /api/v1/bookings/{id}/cancel': {
    summary: 'Cancel a session',
    description:
      'Before it has begun. A mentee gives their own seat back, and what they get is said by the offering; of a mentor’s cancelling nobody pays.',
    errors: ['booking.not_found', 'booking.over'],
    body: { reason: 'I am ill' },
  },
  'POST /api/v1/bookings/{id}/reschedule': {
    summary: 'Give a session another time',
    description:
      'Id, seats and coins stay. A mentee may while cancelling would be free, and nobody else sits in it.',
    errors: ['booking.not_found', 'booking.over', 'booking.in_past', 'booking.taken', 'booking.not_offered'],
    body: { startsAt },
  },
  'GET /api/v1/bookings/{id}/calendar.ics': {
    summary: 'A calendar file',
    description:
      'One UID for the session, a SEQUENCE that grows, METHOD REQUEST, or CANCEL once it is off, also for who gave their seat back.',
    errors: ['booking.not_found'],
  },
  'POST /api/v1/bookings/{id}/token': {
    summary: 'A token into a session',
    description:
      'Once it has begun: for its host, and for whom the host let in. Who is in a call of matching is refused, and told which call it is (`callId`): end it, then ask again. The answer is that of `/api/livekit/token`, which gives the same for the room’s name.',
    errors: [
      'booking.not_found',
      'booking.not_started',
      'booking.over',
      'lobby.not_admitted',
      'call.elsewhere',
      'balance.insufficient',
    ],
    body: {},
  },
  'GET /api/v1/bookings/{id}/guests': {
    summary: 'The link for guests',
    description:
      'For its mentor: the link that is good, to be opened at `/s/{link}`; null while no guests are let in.',
    errors: ['booking.not_found'],
  },
  'PUT /api/v1/bookings/{id}/guests': {
    summary: 'Let guests in by a link, or no longer',
    description:
      'For its mentor, until it is over; not where one pays by the minute. The same link comes again while it is on; `renew` makes another one. Those before are good no more, whoever waits or is in by them stays until a host decides.',
    errors: ['booking.not_found', 'booking.over'],
    body: { isOn: true },
  },
  'GET /api/v1/guests/{link}': {
    summary: 'Where a link leads',
    description:
      'For whoever holds it: title, host and time, and why one may not come now. A link that is forged or withdrawn says nothing.',
    errors: ['guest.link_invalid'],
  },
  'POST /api/v1/guests': {
    summary: 'Come by a link, without an account',
    description:
      'From 15 minutes before the time until it is over. Makes somebody of that name, who has this one session and nothing else, and signs them in by a cookie (and `set-auth-token`); then they ask at the lobby as everybody. Who has an account comes by its name. At most 30 people are in a session; a link makes 30 names a minute and 200 in all, an address 30 a minute.',
    errors: ['guest.link_invalid', 'booking.not_started', 'booking.over', 'booking.full'],
    body: { link: 'eyJjbGFpbXMiOnt9fQ~c2VhbA', name: 'Eva' },
  },
  'POST /api/v1/bookings/{id}/lobby': {
    summary: 'Ask to come in, and go on waiting',
    description:
      'The host is told at once. With the `entryId` of the answer it is the sign of a page that waits: send it every five seconds, after 60 s without one the place is lost. Told by `lobby.state` on `private-user-{id}` as well.',
    errors: [
      'booking.not_found',
      'booking.over',
      'booking.full',
      'guest.link_invalid',
      'lobby.refused',
      'lobby.locked',
      'lobby.not_found',
    ],
    body: { entryId: 'entry_01' },
  },
  'DELETE /api/v1/bookings/{id}/lobby': {
    summary: 'Wait no more',
    description: 'Asking anew is waiting anew.',
    errors: ['booking.not_found'],
  },
  'GET /api/v1/bookings/{id}/lobby': {
    summary: 'Who waits',
    description: 'For the host, in the order of asking; then who was let in, denied or removed.',
    errors: ['booking.not_found'],
  },
  'POST /api/v1/bookings/{id}/lobby/{entryId}/admit': {
    summary: 'Let somebody in',
    description: 'Also who was denied or removed before.',
    errors: ['booking.not_found', 'booking.not_started', 'booking.over', 'lobby.not_found'],
  },
  'POST /api/v1/bookings/{id}/lobby/{entryId}/deny': {
    summary: 'Do not let somebody in',
    description: 'With a sentence that they read. After three times they ask no more.',
    errors: ['booking.not_found', 'lobby.not_found'],
    body: { sentence: 'We are full today.' },
  },
  'POST /api/v1/bookings/{id}/lobby/{entryId}/remove': {
    summary: 'Take somebody out again',
    description:
      'Out of the room at once, and no token of theirs is good any more, until they are let in anew.',
    errors: ['booking.not_found', 'lobby.not_found'],
  },
  'POST /api/v1/bookings/{id}/lobby/{entryId}/send-back': {
    summary: 'Send somebody back to the lobby',
    description:
      'Whom a host let in: out of the room at once, waiting anew at the end of the line, until they are let in again.',
    errors: ['booking.not_found', 'booking.over', 'lobby.not_found'],
  },
  'POST /api/v1/bookings/{id}/lobby/messages': {
    summary: 'Write to who waits',
    description:
      'For a host: to all, or with `entryId` to one. Each who waits is told by `lobby.state` on `private-user-{id}`, and reads the last one in their place.',
    errors: ['booking.not_found', 'booking.over', 'lobby.not_found'],
    body: { text: 'Two minutes more, then you come in together.' },
  },
  'GET /api/v1/bookings/{id}/room': {
    summary: 'Who is host, whose hands are up',
    description:
      'For whoever is within. Each change is told by `session.room` on `presence-call-{id}`, with the whole room as it is then.',
    errors: WITHIN,
  },
  'PUT /api/v1/bookings/{id}/room/hand': {
    summary: 'Raise your hand',
    description: 'Hands stand in the order of raising; one that is up keeps its place.',
    errors: WITHIN,
  },
  'DELETE /api/v1/bookings/{id}/room/hand': { summary: 'Lower your hand', errors: WITHIN },
  'DELETE /api/v1/bookings/{id}/room/hands': {
    summary: 'Lower all hands',
    description: 'For a host.',
    errors: WITHIN,
  },
  'DELETE /api/v1/bookings/{id}/room/hands/{personId}': {
    summary: 'Lower somebody’s hand',
    description: 'For a host; one’s own for whoever is within.',
    errors: WITHIN,
  },
  'PUT /api/v1/bookings/{id}/room/lock': {
    summary: 'Lock the room',
    description:
      'For a host. Nobody new may ask to come in (403 `lobby.locked`); who was let in comes back, and who waits may be let in.',
    errors: WITHIN,
  },
  'DELETE /api/v1/bookings/{id}/room/lock': {
    summary: 'Open the room again',
    description: 'For a host.',
    errors: WITHIN,
  },
  'PUT /api/v1/bookings/{id}/room/hosts/{personId}': {
    summary: 'Make somebody a host',
    description:
      'For the mentor, of whom is let in. A host lets people in, turns off, locks and lowers hands as the mentor does.',
    errors: [...WITHIN, 'person.not_found'],
  },
  'DELETE /api/v1/bookings/{id}/room/hosts/{personId}': {
    summary: 'Make somebody a host no longer',
    description: 'For the mentor.',
    errors: [...WITHIN, 'person.not_found'],
  },
  'POST /api/v1/bookings/{id}/room/turn-off': {
    summary: 'Turn off microphones or cameras',
    description:
      'For a host: of one person, or without `personId` of everybody but themselves. They are told by `session.turned_off` on `private-user-{id}`, and may turn it on again.',
    errors: [...WITHIN, 'person.not_found', 'livekit.unavailable'],
    body: { source: 'microphone', personId: 'person_01' },
  },
};
