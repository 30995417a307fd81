export { createAccess, type Access, type NewAccount, type Principal } from './access.ts';
export type { Endings } from './endings.ts';
export { personByIdOrEmail, personsById, type OnPersonCreated, type Person } from './people.ts';
