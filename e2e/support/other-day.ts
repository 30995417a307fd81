/** Ahead of everything else in each thread of a process: its clock goes on as ever, from another day. */
const SHIFT = `
  const Real = Date;
  const now = () => Real.now() + SHIFT_MS;
  globalThis.Date = new Proxy(Real, {
    construct: (_, of) => (of.length === 0 ? new Real(now()) : new Real(...of)),
    apply: () => new Real(now()).toString(),
    get: (_, name) => (name === 'now' ? now : Real[name]),
  });
  Real.prototype.constructor = Date;
`;

/**
 * Settings of a server for which it is this instant as it starts: what a calendar brings once a year can be waited for so. LiveKit beside
 * it lives on today and takes none of its tokens: there are no calls on such a day.
 */
export function onAnotherDay(instant: string): Record<string, string> {
  const shiftMs = Date.parse(instant) - Date.now();
  const script = SHIFT.replaceAll('SHIFT_MS', String(shiftMs));
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
}
