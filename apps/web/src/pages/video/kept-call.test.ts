import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lastMedia } from '../../app/accepted.ts';
import { keepCall, readKeptCall, type KeptCall } from './kept-call.ts';

const call: KeptCall = { callId: 'call_1', roomName: 'blue', media: { audio: true, video: false } };

/** The browser's storage of a tab, which Node has not. */
function storage(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

describe('the call that a tab keeps', () => {
  beforeEach(() => vi.stubGlobal('sessionStorage', storage()));
  afterEach(() => vi.unstubAllGlobals());

  it.each([
    ['reload', call],
    ['back_forward', call],
    ['navigate', null],
    [undefined, null],
  ] as const)('[KEPT-1] a page that came by %s reads %o: a copied tab takes no call over', (came, read) => {
    keepCall(call);
    expect(readKeptCall(came)).toEqual(read);
  });

  it('[KEPT-2] what was forgotten, or cannot be read, is no call', () => {
    keepCall(call);
    keepCall(null);
    expect(readKeptCall('reload')).toBeNull();
    for (const text of [
      '{',
      '7',
      '{"callId":"c","roomName":"r","media":null}',
      '{"callId":1,"roomName":"blue","media":{}}',
    ]) {
      sessionStorage.setItem('latido.call', text);
      expect(readKeptCall('reload')).toBeNull();
    }
  });

  it('[KEPT-4] what of us is on in it is what the next call begins with, whatever this one began with', () => {
    for (const kept of [storage(), undefined]) {
      vi.stubGlobal('localStorage', kept);
      keepCall({ ...call, media: { audio: true, video: true } });
      const off = { audio: false, video: false, audioDeviceId: 'mic-2' };
      keepCall({ ...call, media: off });
      keepCall(null); // The call is over.
      expect(lastMedia()).toEqual(off);
    }
  });

  it('[KEPT-3] storage that is forbidden is no failure', () => {
    const forbidden = (): never => {
      throw new Error('SecurityError');
    };
    vi.stubGlobal('sessionStorage', { getItem: forbidden, setItem: forbidden, removeItem: forbidden });
    keepCall(call);
    expect(readKeptCall('reload')).toBeNull();
  });
});
