import { personOfIdentity } from '@latido/core';
import type { RemoteParticipant, RemoteTrack, Room } from '@livekit/rtc-node';
import {
  AudioStream,
  RoomEvent,
  TrackKind,
  TrackSource,
  VideoBufferType,
  VideoStream,
} from '@livekit/rtc-node';
import { momentOf, type Film, type Shown } from './film.ts';
import { SAMPLE_RATE } from './mix.ts';
import { bytesOf } from './canvas.ts';
import { Delays } from './delays.ts';

/** Who is in the film: nothing of anybody else is even asked for from LiveKit (REC-3). */
export class Cast {
  readonly #room: Room;
  readonly #film: Film;
  readonly #delays: Delays;
  readonly #streams = new Map<string, { cancel(): Promise<void> }>();
  #allowed: ReadonlySet<string> = new Set();

  constructor(room: Room, film: Film) {
    this.#room = room;
    this.#film = film;
    this.#delays = new Delays(room);
    for (const event of [
      RoomEvent.ParticipantConnected,
      RoomEvent.ParticipantDisconnected,
      RoomEvent.TrackPublished,
      RoomEvent.TrackUnpublished,
      RoomEvent.TrackMuted,
      RoomEvent.TrackUnmuted,
      RoomEvent.Reconnected,
    ] as const)
      room.on(event, () => this.look());
    room.on(RoomEvent.TrackSubscribed, (track, _publication, participant) =>
      this.#follow(track, participant),
    );
    room.on(RoomEvent.TrackUnsubscribed, (track) => this.#drop(track.sid ?? ''));
  }

  /** These people may be recorded from now on, nobody else. */
  allow(whom: readonly string[]): void {
    this.#allowed = new Set(whom);
    this.look();
  }

  /** Asks for what may be recorded, lets go of what may not, and sets the scene. */
  look(): void {
    const tiles: Shown[] = [];
    const screens: Shown[] = [];
    for (const participant of this.#room.remoteParticipants.values()) {
      const may = this.#may(participant);
      const { identity, name = '' } = participant;
      let camera: string | null = null;
      for (const [sid, publication] of participant.trackPublications) {
        if (publication.subscribed !== may) publication.setSubscribed(may);
        if (publication.kind !== TrackKind.KIND_VIDEO || publication.muted) continue;
        if (publication.source === TrackSource.SOURCE_SCREENSHARE) screens.push({ sid, name });
        else camera = sid;
      }
      // Who has no camera on keeps a place: the picture does not jump when it comes.
      if (may) tiles.push({ sid: camera ?? `nobody:${identity}`, name });
    }
    const inOrder = tiles.toSorted((a, b) => (a.sid < b.sid ? -1 : 1));
    this.#film.setScene([...screens.filter(({ sid }) => this.#streams.has(sid)), ...inOrder]);
  }

  close(): void {
    this.#delays.close();
    for (const sid of this.#streams.keys()) this.#drop(sid);
  }

  #may({ identity }: RemoteParticipant): boolean {
    return this.#allowed.has(personOfIdentity(identity) ?? identity);
  }

  #follow(track: RemoteTrack, participant: RemoteParticipant): void {
    const { sid } = track;
    if (sid === undefined || !this.#may(participant)) return;
    const isVideo = track.kind === TrackKind.KIND_VIDEO;
    const watched = isVideo ? this.#watch(sid, track) : this.#listen(sid, track);
    watched.catch(() => undefined);
    this.look();
  }

  async #watch(sid: string, track: RemoteTrack): Promise<void> {
    const reader = new VideoStream(track).getReader();
    this.#streams.set(sid, reader);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const frame =
        value.frame.type === VideoBufferType.I420 ? value.frame : value.frame.convert(VideoBufferType.I420);
      // Planes with a margin would be read askew.
      if (frame.data.length === bytesOf(frame)) {
        const at = momentOf(value.timestampUs) - this.#delays.of(sid);
        this.#film.show(sid, frame, at);
      }
    }
  }

  async #listen(sid: string, track: RemoteTrack): Promise<void> {
    const reader = new AudioStream(track, { sampleRate: SAMPLE_RATE, numChannels: 1 }).getReader();
    this.#streams.set(sid, reader);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      this.#film.hear(sid, value.data, this.#delays.of(sid));
    }
  }

  #drop(sid: string): void {
    this.#streams
      .get(sid)
      ?.cancel()
      .catch(() => undefined);
    this.#streams.delete(sid);
    this.#film.forget(sid);
    this.look();
  }
}
