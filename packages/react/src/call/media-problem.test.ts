import { describe, expect, it } from 'vitest';
import { withoutDevice, withRefusal } from './media-problem.ts';

const refused = (name: string): Error => Object.assign(new Error('refused'), { name });

describe('devices that could not be had', () => {
  it.each([
    ['NotAllowedError', 'denied'],
    ['NotReadableError', 'busy'],
    ['NotFoundError', 'missing'],
    ['OverconstrainedError', 'missing'],
  ] as const)('[REACT-MEDIA] %s of the browser’s is told as %s', (name, why) => {
    expect(withRefusal(null, 'camera', refused(name))).toEqual({ devices: ['camera'], why });
  });

  it('[REACT-MEDIA] both refused for one reason are told in one sentence; another reason is a new one', () => {
    const camera = withRefusal(null, 'camera', refused('NotAllowedError'));
    const both = withRefusal(camera, 'microphone', refused('NotAllowedError'));
    expect(both).toEqual({ devices: ['camera', 'microphone'], why: 'denied' });
    expect(withRefusal(both, 'camera', refused('NotFoundError'))).toEqual({
      devices: ['camera'],
      why: 'missing',
    });
  });

  it('[REACT-MEDIA] a device that works is missed no more', () => {
    const both = { devices: ['camera', 'microphone'], why: 'denied' } as const;
    expect(withoutDevice(both, 'camera')).toEqual({ devices: ['microphone'], why: 'denied' });
    expect(withoutDevice(withoutDevice(both, 'camera'), 'microphone')).toBeNull();
  });
});
