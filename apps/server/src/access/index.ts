export { createAccess, type Access, type NewAccount } from './access.ts';
export {
  awaitMakers,
  block,
  blockedOf,
  blockersOf,
  blocksAmong,
  neverMetBy,
  refuseBlocked,
  refuseBlockedTill,
  unblock,
  type Block,
} from './blocks.ts';
export type { PasswordHashing } from './accounts.ts';
export type { Principal } from './principal.ts';
export type { GuestSignedIn } from './guests.ts';
export { startEndings, type Endings } from './endings.ts';
export type { ListedPerson } from './list-people.ts';
export { personByIdOrEmail, personsById, type OnPersonCreated, type Person } from './people.ts';
export { personIdsOfRoles } from './team-people.ts';
