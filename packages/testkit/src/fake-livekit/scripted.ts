import {
  ParticipantInfo_State,
  ParticipantPermission,
  TrackInfo,
  TrackSource,
  TrackType,
} from '@livekit/protocol';
import type { LeaveReason } from '../events.ts';
import { newId } from '../ids.ts';
import type { FakeParticipant, JoinFields } from './rooms.ts';
import type { FakeWorld } from './world.ts';

/** Who joins by script. */
export interface ScriptedJoin extends JoinFields {
  room: string;
  /** False: signal only, media never comes up by itself (see `mediaUp`). Default true. */
  media?: boolean;
  /** Shorthand for a permission with these flags. */
  hidden?: boolean;
  recorder?: boolean;
}

/**
 * A participant without a browser. All acts take effect at once, on the fake's clock; webhooks follow through the
 * queue.
 */
export class ScriptedParticipant {
  #participant: FakeParticipant;
  readonly #world: () => FakeWorld;
  readonly #join: ScriptedJoin;

  /** Throws `RoomNotFound` when the room is not there and the fake does not make rooms. */
  constructor(world: () => FakeWorld, join: ScriptedJoin) {
    this.#world = world;
    this.#join = join;
    this.#participant = this.#enter();
  }

  /** The sid of now: a `reconnect` may change it. */
  get sid(): string {
    return this.#participant.sid;
  }

  get identity(): string {
    return this.#participant.identity;
  }

  /** JOINED (signal only), ACTIVE (media is up) or DISCONNECTED. */
  get state(): keyof typeof ParticipantInfo_State {
    return ParticipantInfo_State[this.#participant.state] as keyof typeof ParticipantInfo_State;
  }

  /** Media comes up: `participant_joined`. */
  mediaUp(): void {
    this.#world().activate(this.#participant);
  }

  /** Publishes a track (no media behind it) and gives its sid; default a camera. */
  publish(source: 'CAMERA' | 'MICROPHONE' | 'SCREEN_SHARE' | 'SCREEN_SHARE_AUDIO' = 'CAMERA'): string {
    const isAudio = source === 'MICROPHONE' || source === 'SCREEN_SHARE_AUDIO';
    const track = new TrackInfo({
      sid: newId('TR_'),
      type: isAudio ? TrackType.AUDIO : TrackType.VIDEO,
      source: TrackSource[source],
      mimeType: isAudio ? 'audio/opus' : 'video/VP8',
      ...(isAudio ? {} : { width: 320, height: 180 }),
    });
    this.#world().publish(this.#participant, track);
    return track.sid;
  }

  /** Takes a track back. */
  unpublish(trackSid: string): void {
    this.#world().unpublish(this.#participant, trackSid);
  }

  /** Mutes or unmutes a track. */
  mute(trackSid: string, muted = true): void {
    this.#world().mute(this.#participant, trackSid, muted);
  }

  /** Leaves now; the default is what a hang-up, a closed tab and a reload all look like. */
  leave(reason: LeaveReason = 'CLIENT_INITIATED'): void {
    this.#world().leave(this.#participant, reason);
  }

  /** The browser is killed or the cable cut: LiveKit says nothing for 20 s, then CONNECTION_TIMEOUT. */
  vanish(): void {
    this.#world().lose(this.#participant);
  }

  /**
   * Comes back. Still known to LiveKit: a resume, same sid, no webhook; with `full`, a failed resume: left (old,
   * CLIENT_INITIATED), then joined with a new sid. No longer known: a new join. Tracks must be published again.
   */
  reconnect({ full = false } = {}): void {
    if (this.#participant.isGone) {
      this.#participant = this.#enter();
      return;
    }
    this.#world().resume(this.#participant);
    if (!full) return;
    this.leave('CLIENT_INITIATED');
    this.#participant = this.#enter();
  }

  #enter(): FakeParticipant {
    const { room, media, hidden, recorder, ...fields } = this.#join;
    if (hidden || recorder) {
      fields.permission = new ParticipantPermission({
        canSubscribe: true,
        hidden: hidden ?? false,
        recorder: recorder ?? false,
      });
    }
    const world = this.#world();
    const participant = world.join(room, fields);
    if (media !== false) world.activate(participant);
    return participant;
  }
}
