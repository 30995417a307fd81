export { admission, sessionCalled } from './admission.ts';
export { createMentoring } from './create-mentoring.ts';
export { sessionStandings } from './standing.ts';
