/** Stands between the name of a channel, or a user's id, and the app whose it is. No client can say it in either. */
const OF_APP = '|';

/** A name or id as the hub has it: that of another app than our own carries the app's id, so that apps never meet. */
export function nameInHub(name: string, appId: string | null): string {
  return appId === null ? name : `${name}${OF_APP}${appId}`;
}

/** The name as its app's clients have it. */
export function nameForClients(inHub: string): string {
  const end = inHub.lastIndexOf(OF_APP);
  return end < 0 ? inHub : inHub.slice(0, end);
}

/** Whose it is; null: our own app's. */
export function appOfName(inHub: string): string | null {
  const end = inHub.lastIndexOf(OF_APP);
  return end < 0 ? null : inHub.slice(end + 1);
}

/** Whether a name that somebody gave could be taken for another app's. */
export function crossesApps(given: string): boolean {
  return given.includes(OF_APP);
}
