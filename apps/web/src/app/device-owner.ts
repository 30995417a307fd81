const KEY = 'latido.push';

/** Who chose to be told on this device; another person who signs in here is not told by it. */
export function deviceOwner(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** Keeps who chose it; null: nobody. */
export function keepDeviceOwner(personId: string | null): void {
  try {
    if (personId === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, personId);
  } catch {
    // Storage may be forbidden: then the server is told anew by whoever presses the button again.
  }
}
