import type * as Wrtc from '@roamhq/wrtc';

/** The WebRTC of this process. */
export type WebRtc = typeof Wrtc;

let loading: Promise<WebRtc | undefined> | undefined;

/**
 * Loads @roamhq/wrtc on first use, so that all that needs no media works where its native binary is missing; then
 * undefined.
 */
export function loadWebRtc(): Promise<WebRtc | undefined> {
  loading ??= import('@roamhq/wrtc').then(
    (loaded) => (loaded as unknown as { default: WebRtc }).default,
    () => undefined,
  );
  return loading;
}
