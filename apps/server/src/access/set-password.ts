import type { Accounts } from './accounts.ts';

/** Whether somebody signs in with this password. False for who has no account, or one without a password. */
export async function hasPassword(accounts: Accounts, email: string, password: string): Promise<boolean> {
  const { password: passwords, internalAdapter } = await accounts.$context;
  const found = await internalAdapter.findUserByEmail(email, { includeAccounts: true });
  const hash = found?.accounts.find(({ providerId }) => providerId === 'credential')?.password;
  return hash ? await passwords.verify({ hash, password }) : false;
}

/** Gives somebody who has an account another password. Who was signed in is so no more. */
export async function setPassword(accounts: Accounts, email: string, password: string): Promise<void> {
  const { password: passwords, internalAdapter } = await accounts.$context;
  const found = await internalAdapter.findUserByEmail(email);
  if (!found) return;
  await internalAdapter.updatePassword(found.user.id, await passwords.hash(password));
  await internalAdapter.deleteUserSessions(found.user.id);
}
