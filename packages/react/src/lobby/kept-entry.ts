const keyOf = (bookingId: string, personId: string): string => `latido.lobby.${personId}.${bookingId}`;

/** The entry of whoever asked in this tab; null where nobody did, or where nothing is kept. */
export function keptEntry(bookingId: string, personId: string): string | null {
  try {
    return sessionStorage.getItem(keyOf(bookingId, personId));
  } catch {
    return null; // storage may be forbidden: after a reload one asks again, and has the same place
  }
}

/** Keeps an entry for as long as this tab is open, or forgets it (null). */
export function keepEntry(bookingId: string, personId: string, entryId: string | null): void {
  try {
    if (entryId === null) sessionStorage.removeItem(keyOf(bookingId, personId));
    else sessionStorage.setItem(keyOf(bookingId, personId), entryId);
  } catch {
    // as above
  }
}
