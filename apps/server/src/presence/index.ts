export {
  appendAndHint,
  appendFacts,
  FACT_LOG,
  setCallLookup,
  type CallLookup,
  type RoomAt,
} from './append-facts.ts';
export { presenceStage } from './follow.ts';
export {
  factsOfCall,
  factsOfRoom,
  intervalsOfCall,
  intervalsOfRoom,
  readFacts,
  type FactPage,
  type Period,
} from './store.ts';
