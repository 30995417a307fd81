import { LocalAudioTrack, LocalVideoTrack, Track, type LocalTrack, type Room } from 'livekit-client';
import type { MediaChoice } from './engine-state.ts';

/** The two that go from one call into the next. A shared screen belongs to the call in which it was shared. */
type Kept = Track.Source.Camera | Track.Source.Microphone;
type OwnTrack = LocalVideoTrack | LocalAudioTrack;
const KEPT: readonly Kept[] = [Track.Source.Camera, Track.Source.Microphone];

/**
 * Camera and microphone that outlive a call: the next one sends the same tracks, so that no device is opened anew and nobody is asked
 * again. Whoever makes it stops it.
 */
export class OwnMedia {
  readonly #tracks = new Map<Track.Source, OwnTrack>();

  /** Takes over what a preview has opened, as it is: what is off there is off in the call. */
  async adopt(stream: MediaStream, on: { audio: boolean; video: boolean }): Promise<void> {
    const [picture] = stream.getVideoTracks();
    const [sound] = stream.getAudioTracks();
    // Not as the user's own tracks: the Room then opens the camera again after it was turned off.
    const adopted = [
      picture &&
        this.#keep(Track.Source.Camera, picture, () => new LocalVideoTrack(picture, undefined, false)),
      sound && this.#keep(Track.Source.Microphone, sound, () => new LocalAudioTrack(sound, undefined, false)),
    ];
    const [camera, microphone] = adopted;
    await Promise.all([camera && turn(camera, on.video), microphone && turn(microphone, on.audio)]);
  }

  #keep(source: Kept, track: MediaStreamTrack, wrap: () => OwnTrack): OwnTrack {
    const before = this.#tracks.get(source);
    if (before?.mediaStreamTrack === track) return before;
    const made = wrap();
    made.source = source;
    this.hold(made);
    return made;
  }

  /** A Room has opened this one: it is kept from now on, instead of the one before. */
  hold(track: unknown): void {
    if (!(track instanceof LocalVideoTrack || track instanceof LocalAudioTrack)) return;
    const before = this.#tracks.get(track.source);
    if (before === track || !KEPT.some((source) => source === track.source)) return;
    before?.stop();
    this.#tracks.set(track.source, track);
  }

  /** What can be sent at once: a camera that was turned off is closed, and opened anew when it is wanted. */
  ready(source: Kept): OwnTrack | undefined {
    const track = this.#tracks.get(source);
    return track?.mediaStreamTrack.readyState === 'live' ? track : undefined;
  }

  /** What is on now: what the next call begins with. */
  choice(): Pick<MediaChoice, 'audio' | 'video'> {
    const isOn = (source: Kept): boolean => this.ready(source)?.isMuted === false;
    return { audio: isOn(Track.Source.Microphone), video: isOn(Track.Source.Camera) };
  }

  /** The tracks as they are, for a preview between two calls. */
  stream(): MediaStream {
    return new MediaStream(KEPT.flatMap((source) => this.ready(source)?.mediaStreamTrack ?? []));
  }

  /** Lets go of the devices. */
  stop(): void {
    for (const track of this.#tracks.values()) track.stop();
    this.#tracks.clear();
  }
}

async function turn(track: OwnTrack, on: boolean): Promise<void> {
  if (track.isMuted !== on) return;
  await (on ? track.unmute() : track.mute()).catch(() => undefined);
}

/** Sends what is kept, where it can be sent. Gives what has to be opened. */
export async function publishKept(room: Room, media: MediaChoice, own: OwnMedia): Promise<MediaChoice> {
  const sent = await Promise.all(
    KEPT.map(async (source) => {
      const track = own.ready(source);
      if (!track) return false;
      return await room.localParticipant.publishTrack(track as LocalTrack, { source }).then(
        () => true,
        () => false,
      );
    }),
  );
  return { ...media, video: media.video && !sent[0], audio: media.audio && !sent[1] };
}
