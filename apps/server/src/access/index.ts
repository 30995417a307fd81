export { createAccess, type Access, type NewAccount, type Principal } from './access.ts';
export { personByIdOrEmail, personsById, type OnPersonCreated, type Person } from './people.ts';
