export { createAccess, type Access, type NewAccount, type Principal } from './access.ts';
export type { Endings } from './endings.ts';
export type { ListedPerson } from './list-people.ts';
export { personByIdOrEmail, personsById, type OnPersonCreated, type Person } from './people.ts';
