import type { Profile } from './profile.ts';

/** Writes where the time went. */
export function printProfile(profile: Profile | undefined): void {
  if (profile === undefined) return;
  for (const [name, ms] of profile.threads) console.log(`${ms} ms  ${name}`);
  for (const [name, share] of profile.places) console.log(`${(share * 100).toFixed(1)} %  ${name}`);
  for (const [name, share] of profile.functions) console.log(`${(share * 100).toFixed(1)} %  ${name}`);
  for (const [text, n, ms] of profile.statements) console.log(`${n} times, ${ms.toFixed(0)} ms  ${text}`);
}
