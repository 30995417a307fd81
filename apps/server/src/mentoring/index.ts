export { admission, sessionCalled } from './admission.ts';
export { createMentoring } from './create-mentoring.ts';
export { handsIn, sessionStandings } from './standing.ts';
