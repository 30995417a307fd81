export { callState, callStateFor, stateOfRow, type CallStateDeps, type MeterOf } from './call-state.ts';
export { recordHangUp, recordHostEnd, recordRemoval, type EndCallDeps, type HangUp } from './end-call.ts';
export { CALL_CHANGED, callsStage, type CallsStageOptions } from './follow.ts';
export { callsOfRoom, callsRemovedFrom, formerlyWith } from './calls-of-room.ts';
export { recordParting } from './parting.ts';
export { createCalls, type CallsDeps } from './create-calls.ts';
export { giveVerdicts, START_GRACE_MS, verdictsJob, type CallJobsDeps } from './jobs.ts';
export { takeOut } from './show-out.ts';
export { inACall, peopleInCalls } from './in-call.ts';
export { metSince } from './met-since.ts';
export { listCalls, type CallPage } from './list-calls.ts';
export {
  addPerson,
  callForPerson,
  createCall,
  createCallsOfTwo,
  isOf,
  removePerson,
  seesAll,
  type NewCall,
  type Viewer,
} from './open-call.ts';
export {
  boundsOfCalls,
  callById,
  findOpenCall,
  latestCallOfRoom,
  lockCalls,
  openCalls,
  openCallsOf,
  peopleOf,
  type CallBounds,
  type CallRow,
} from './store.ts';
export { answerRing } from './overdue.ts';
