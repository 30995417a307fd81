import type { ConnectionStep } from '@latido/protocol';

/** What the whole of a test says, by the name of its sentence. */
export type Verdict = 'allWorks' | 'noTcp' | 'tcpOnly' | 'canCall' | 'cannotCall';

/** Whether somebody can call: devices, the way there, one way for media, out and back. Without a camera one can still talk. */
export function verdictOf(steps: readonly ConnectionStep[]): Verdict {
  const works = (name: ConnectionStep['step']): boolean =>
    steps.some(({ step, passed }) => step === name && passed);
  const media = works('udp') || works('tcp');
  const isNeeded = (['microphone', 'signalling', 'publish', 'subscribe'] as const).every(works);
  if (!media || !isNeeded) return 'cannotCall';
  if (!works('camera')) return 'canCall';
  if (!works('udp')) return 'tcpOnly';
  return works('tcp') ? 'allWorks' : 'noTcp';
}
