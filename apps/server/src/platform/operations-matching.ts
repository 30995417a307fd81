import type { Operations } from './operation.ts';

/** Finding somebody, and what people say of each other. */
export const MATCHING_OPERATIONS: Operations = {
  'GET /api/v1/matching': {
    summary: 'Where you stand',
    description:
      'off, waiting, offered, connecting or in a call. Asking is your page’s sign of life: after 10 s without one nobody is offered to you, after 30 s your place is lost. Told by `matching.state` on `private-user-{id}` as well.',
    as: 'payer',
  },
  'POST /api/v1/matching/page': {
    summary: 'Hold the place by another page',
    description:
      'A page names itself as it looks for somebody or goes on air; only its signs then keep the place. The one that had it reads the other’s name in its next state.',
    body: { page: 'tab-7f' },
    as: 'payer',
  },
  'POST /api/v1/matching/waiting': {
    summary: 'Look for somebody',
    description:
      'For who pays. `maxPrice` is coins a minute. Sent again it changes the wishes and keeps the place.',
    errors: ['balance.insufficient'],
    body: { maxPrice: 20, language: 'es', connectAtOnce: false },
    as: 'payer',
  },
  'DELETE /api/v1/matching/waiting': {
    summary: 'Stop looking',
    description: 'An offer is skipped by that; a call goes on.',
    as: 'payer',
  },
  'POST /api/v1/matching/tell-me': {
    summary: 'Be told when somebody is on air',
    description:
      'For who pays. Told once, by `matching.on_air` in the inbox and on devices, when somebody who fits is on air and free; forgotten then, or after a day.',
    body: { maxPrice: 20, language: 'es' },
    as: 'payer',
  },
  'DELETE /api/v1/matching/tell-me': { summary: 'Be told no more', as: 'payer' },
  'POST /api/v1/matching/on-air': {
    summary: 'Take calls',
    description: 'For who earns, by one of their plans. Being on air accepts an offer, unless `askFirst`.',
    errors: ['plan.not_found'],
    body: { planId: 'completed-minute', askFirst: false },
    as: 'earner',
  },
  'DELETE /api/v1/matching/on-air': {
    summary: 'Take no more calls',
    description: 'A call goes on.',
    as: 'earner',
  },
  'POST /api/v1/matching/offers/{id}/accept': {
    summary: 'Accept an offer',
    description:
      'Until its deadline; accepting twice is once. Where one of the two is in another call by then it is skipped by them: the answer says where you stand.',
    errors: ['offer.not_found', 'offer.over'],
  },
  'POST /api/v1/matching/offers/{id}/skip': {
    summary: 'Skip an offer',
    description:
      'Until its deadline, and after accepting it until you meet. Both keep their time; who was skipped comes first.',
    errors: ['offer.not_found', 'offer.over'],
  },
  'POST /api/livekit/next-user': {
    summary: 'Next',
    description:
      'Ends the call for both and puts both back in line: who pressed at its end, who was left in front. Once a call, however often and by whom it is sent. `roomName` or `room_name`; without one, the call that goes on, and for 5 s after a press only one that has begun since.',
    errors: ['call.not_found', 'call.ended', 'matching.no_call'],
    body: { room_name: 'match-4f1c' },
  },
  'POST /api/v1/people/{id}/block': {
    summary: 'Never meet somebody again',
    description:
      'From either side, by whatever way a call is asked for. What the two are in together ends at once: an offer as if you had skipped it, a call of two with the reason `parted`, charged to that moment. The other is not told who asked for it.',
    errors: ['person.not_found'],
    as: 'admin',
    params: { id: 'payer' },
    status: 204,
  },
  'DELETE /api/v1/people/{id}/block': {
    summary: 'Take a block back',
    description: 'Your own; what the other has asked for stays.',
    as: 'admin',
    params: { id: 'payer' },
    status: 204,
  },
  'POST /api/v1/calls/{id}/rating': {
    summary: 'Rate a call',
    description: 'Once by each, if the two met.',
    errors: ['rating.not_met', 'rating.given'],
    body: { stars: 5 },
  },
  'POST /api/v1/calls/{id}/report': {
    summary: 'Report the partner of a call',
    description:
      'For the desk; the two never meet again, and a call of the two that goes on ends, as with a block.',
    body: { reason: 'abuse', text: 'Shouted at me.' },
  },
  'GET /api/v1/admin/matching': {
    summary: 'Who is in line',
    description: 'For managers and admins.',
    as: 'admin',
  },
  'GET /api/v1/reports': {
    summary: 'Reports',
    description: 'The newest first; `status=closed` for the others.',
    as: 'admin',
  },
  'POST /api/v1/reports/{id}/close': {
    summary: 'Close a report',
    description: 'With a note of what was done.',
    errors: ['report.not_found'],
    body: { note: 'Talked to both.' },
  },
};
