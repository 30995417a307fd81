import type { Page } from 'playwright-core';

/** Keeps what a page opens: the devices of one evening are asked for once. */
const KEEP_OPENED = `
  window.openedTracks = [];
  window.openedDevices = 0;
  const open = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  if (open) navigator.mediaDevices.getUserMedia = async (of) => {
    window.openedDevices += 1;
    const stream = await open(of);
    window.openedTracks.push(...stream.getTracks());
    return stream;
  };
`;

/** What somebody's own picture in a call is made of, and how often devices were opened for it. */
export interface OwnCamera {
  readonly opened: number;
  readonly trackId: string;
  /** Whether it is the very track that was opened first, and still alive. */
  readonly isTheFirst: boolean;
}

/** Watches from the first instant of each page that is loaded. */
export async function keepOpened(page: Page): Promise<void> {
  await page.addInitScript(KEEP_OPENED);
}

/** The person's own picture in the call, as it stands. */
export function ownCamera(page: Page): Promise<OwnCamera> {
  return page
    .getByTestId('local-video')
    .first()
    .evaluate((node) => {
      const page = window as unknown as { openedDevices: number; openedTracks: MediaStreamTrack[] };
      const [track] = ((node as HTMLVideoElement).srcObject as MediaStream).getVideoTracks();
      const first = page.openedTracks.find(({ kind }) => kind === 'video');
      return {
        opened: page.openedDevices,
        trackId: track?.id ?? '',
        isTheFirst: track !== undefined && track === first && track.readyState === 'live',
      };
    });
}
