import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { acceptRoom, forgetAccepted, isAccepted, keepMedia, lastMedia } from './accepted.ts';

describe('an accepted call', () => {
  const kept = new Map<string, string>();
  beforeEach(() => {
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
    });
    // Whatever a file before this one left in the page alone.
    keepMedia({ audio: true, video: true });
    kept.clear();
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    kept.clear();
  });

  it('[WEB-ACCEPT] is gone into once, and no other room is', () => {
    expect(isAccepted(undefined)).toBe(false);
    acceptRoom('salon');
    expect([isAccepted('salon'), isAccepted('other'), isAccepted(undefined)]).toEqual([true, false, false]);
    forgetAccepted();
    expect(isAccepted('salon')).toBe(false);
  });

  it('[WEB-ACCEPT] is gone into with camera and microphone as last used, and with both where nothing is known', () => {
    expect(lastMedia()).toEqual({ audio: true, video: true });
    const media = { audio: true, video: false, audioDeviceId: 'mic-2' };
    keepMedia(media);
    expect(lastMedia()).toEqual(media);
    for (const broken of ['{', '{"audio":1}', '"x"', 'null']) {
      kept.set('latido.media', broken);
      expect(lastMedia()).toEqual({ audio: true, video: true });
    }
  });
});
