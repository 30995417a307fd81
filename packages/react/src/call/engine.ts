import {
  LatidoError,
  watchPartners,
  type PeerBeat,
  type PeerState,
  type PresenceReporter,
} from '@latido/client';
import type { CallState, TokenAnswer } from '@latido/protocol';
import { DisconnectReason, Room, RoomEvent } from 'livekit-client';
import { mediaAwayIn, NOTHING_YET, type EngineOptions, type EngineState } from './engine-state.ts';
import { followCall, type CallFollower } from './follow.ts';
import { withoutDevice, withRefusal } from './media-problem.ts';
import { withBeat, withPeerWords, withWord, type PeerWords } from './peer-words.ts';
import { linkPresence } from './presence.ts';
import { problemOfConnect, problemOfRequest, type CallProblem } from './problems.ts';
import { publish } from './publish.ts';
import { connectOptions, deviceOf, roomOptions } from './room-options.ts';
import { silenceOf } from './silence.ts';
import { cutAfter, isCountedIn, meIn, screenOfState } from './screen.ts';

const BEATS_KEPT = 40;
const PROBE_EVERY_MS = 1_000;
const REJOIN_WAITS_MS = [0, 300, 500, 500, 500, 1_000, 1_500, 2_000] as const;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** One person's side of a call, from the token to the end: a thing with a life, hence a class. */
export class CallEngine {
  readonly #options: EngineOptions;
  readonly #listeners = new Set<() => void>();
  #state: EngineState = NOTHING_YET;
  #presence: PresenceReporter | null = null;
  #follower: CallFollower | null = null;
  #life = 0;
  #quiet = false;
  #lineOpen = false;
  /** The call's own last state, and what was said of the others: what is drawn is both. */
  #told: CallState | null = null;
  #words: PeerWords = new Map();
  #heardAt = Date.now();

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  /** For useSyncExternalStore. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** For useSyncExternalStore. */
  readonly snapshot = (): EngineState => this.#state;

  /** Joins, or joins again after a failure or from another tab. */
  readonly start = (): void => {
    this.#set({ phase: 'connecting', problem: null, hungUp: false });
    void this.#join(++this.#life);
  };

  /** Leaves without a word about the call: the component went away. */
  readonly stop = (): void => {
    this.#life += 1;
    this.#leaveRoom();
    this.#follower?.stop();
    this.#follower = null;
  };

  /** The hang-up button: says goodbye, ends the call, leaves. Never waits for the network to leave. */
  readonly hangUp = (): void => {
    if (this.#state.phase === 'ended') return;
    this.#life += 1;
    const callId = this.#state.answer?.callId;
    const said = this.#presence?.bye().catch(() => undefined) ?? Promise.resolve();
    const ended = callId === undefined ? Promise.resolve() : this.#end(callId);
    this.#set({ phase: 'ended', hungUp: true });
    const room = this.#state.room;
    void Promise.race([said, pause(250)]).then(() => this.#leaveRoom(room));
    void ended.then(() => this.#follower?.ask());
  };

  /** The way out where the call could not be joined: nobody waits for us any longer. */
  readonly giveUp = (): void => {
    const callId = this.#state.answer?.callId;
    this.stop();
    if (callId !== undefined && this.#state.phase === 'failed') void this.#end(callId);
  };

  /** The person has read what is missing. */
  readonly dismissMediaProblem = (): void => this.#set({ mediaProblem: null });

  #end(callId: string): Promise<unknown> {
    const path = `/api/v1/calls/${encodeURIComponent(callId)}/end`;
    return this.#options.api.send('POST', path, {}).catch(() => undefined);
  }

  #set(patch: Partial<EngineState>): void {
    const state = { ...this.#state, ...patch };
    const counted = isCountedIn(state.phase, meIn(state.call, state.answer?.identity ?? null));
    const cut = cutAfter(state.cut, screenOfState(state), counted && patch.call !== undefined);
    this.#state = { ...state, cut, countedIn: state.countedIn || (counted && patch.call !== undefined) };
    for (const listener of this.#listeners) listener();
  }

  #leaveRoom(room = this.#state.room): void {
    this.#presence?.close();
    this.#presence = null;
    this.#quiet = false;
    void room?.disconnect();
  }

  async #join(life: number): Promise<void> {
    const { api, tokenUrl, roomName, participantName } = this.#options;
    let answer: TokenAnswer;
    try {
      answer = await api.send<TokenAnswer>('POST', tokenUrl, { roomName, participantName });
    } catch (error) {
      if (life === this.#life) this.#fail(problemOfRequest(error));
      return;
    }
    if (life !== this.#life) return;
    this.#set({ answer });
    this.#follow(answer);
    const refused = await this.#connect(life, answer);
    if (refused && life === this.#life) this.#fail(refused);
  }

  #fail(problem: CallProblem): void {
    this.#leaveRoom();
    this.#set({ phase: 'failed', problem });
  }

  #follow(answer: TokenAnswer): void {
    if (answer.callId === undefined || this.#state.call?.callId === answer.callId) return;
    this.#follower?.stop();
    this.#words = new Map();
    this.#follower = followCall({
      api: this.#options.api,
      callId: answer.callId,
      feed: this.#options.feed,
      onState: (call) => this.#take(call),
    });
  }

  #take(call: CallState): void {
    this.#heardAt = Date.now();
    this.#told = call;
    this.#set({
      call: withPeerWords(call, this.#words),
      clockOffsetMs: Date.parse(call.serverAt) - Date.now(),
    });
    this.#endIfOver();
    if (call.status === 'ended') this.#follower?.stop();
  }

  /** Leaves once the call is over. Its own last state may still come: it has the sums. */
  #endIfOver(): void {
    if (this.#state.call?.status !== 'ended' || this.#state.phase === 'ended') return;
    this.#life += 1;
    this.#leaveRoom();
    this.#set({ phase: 'ended' });
  }

  /** Whichever socket says first that somebody is gone, or back, is believed. */
  #hearWord(word: PeerState): void {
    this.#heardAt = Date.now();
    this.#words = withWord(this.#words, word);
    if (!this.#told) return;
    this.#set({ call: withPeerWords(this.#told, this.#words) });
    this.#endIfOver();
  }

  /** Connects a fresh Room. Answers with the problem, or null when we are in (or not wanted any more). */
  async #connect(life: number, answer: TokenAnswer): Promise<CallProblem | null> {
    this.#leaveRoom();
    const refused = (): void => {
      if (life === this.#life && room === this.#state.room) this.#mediaIsAway();
    };
    const room: Room = new Room(roomOptions(this.#options.media, refused));
    this.#watch(room, life);
    // Before connecting: the beats then say from the first moment what state the Room is in.
    this.#presence = linkPresence(room, answer, {
      onPeerBeat: (beat) => this.#beat(beat),
      onPeerState: (word) => this.#hearWord(word),
      onStatus: (open) => (this.#lineOpen = open),
      onQuiet: (quiet) => void this.#hearQuiet(quiet, life),
    });
    this.#set({ room, cutOffAt: null, serverAwayAt: null });
    try {
      await room.connect(answer.wsUrl, answer.token, connectOptions(answer, this.#options.rtcConfig));
    } catch (error) {
      return problemOfConnect(error);
    }
    if (life !== this.#life) return null;
    // A new stay: what the server says of the one before is no word about it.
    this.#set({ phase: 'in_call', problem: null, mediaAwayAt: null, countedIn: false });
    void this.#follower?.ask();
    await publish(room, this.#options.media);
    return null;
  }

  /**
   * Nobody answers on the line of presence. Where the server still answers a question it is only that line (a proxy
   * may block it), and its word about us stands. Where it does not, it is away while the partner's media arrives (the
   * call goes on), and we are cut off when nothing arrives at all.
   */
  async #hearQuiet(quiet: boolean, life: number): Promise<void> {
    this.#quiet = quiet;
    if (!quiet) return this.#set({ cutOffAt: null, serverAwayAt: null });
    const heardAt = this.#heardAt;
    const { room } = this.#state;
    if (!room) return;
    const sight = watchPartners(room);
    await sight.look();
    while (this.#quiet && life === this.#life && this.#follower) {
      const [answered] = await Promise.all([this.#follower.ask(), pause(PROBE_EVERY_MS)]);
      const arrives = (await sight.look())?.some((partner) => partner.packets > 0) ?? false;
      if (!this.#quiet || life !== this.#life) return;
      this.#set(silenceOf(this.#state, { answered, arrives, heardAt }));
    }
  }

  /** Refused by the media server while the server hears us: it is that server, and nobody's connection. */
  #mediaIsAway(): void {
    if (this.#lineOpen && !this.#quiet) this.#set(mediaAwayIn(this.#state));
  }

  #beat(beat: PeerBeat): void {
    const { identity } = beat;
    this.#heardAt = Date.now();
    this.#words = withBeat(this.#words, beat);
    const beats = new Map(this.#state.beats);
    beats.set(identity, [...(beats.get(identity) ?? []), Date.now()].slice(-BEATS_KEPT));
    this.#set({ beats });
  }

  #watch(room: Room, life: number): void {
    const mine = (): boolean => life === this.#life && room === this.#state.room;
    const ask = (): void => void this.#follower?.ask();
    room.on(RoomEvent.ParticipantConnected, ask);
    room.on(RoomEvent.ParticipantDisconnected, ask);
    room.on(RoomEvent.MediaDevicesError, (error, kind) => {
      const device = deviceOf(kind);
      if (mine() && device) this.#set({ mediaProblem: withRefusal(this.#state.mediaProblem, device, error) });
    });
    room.on(RoomEvent.LocalTrackPublished, ({ source }) => {
      const device = deviceOf(source);
      if (mine() && device) this.#set({ mediaProblem: withoutDevice(this.#state.mediaProblem, device) });
    });
    room.on(RoomEvent.Reconnecting, () => mine() && this.#set({ phase: 'rejoining' }));
    room.on(RoomEvent.Reconnected, () => mine() && this.#set({ phase: 'in_call', mediaAwayAt: null }));
    room.on(RoomEvent.Disconnected, (reason) => {
      if (mine() && this.#state.phase !== 'connecting') void this.#dropped(reason);
    });
  }

  async #dropped(reason: DisconnectReason | undefined): Promise<void> {
    const life = ++this.#life;
    this.#leaveRoom();
    if (reason === DisconnectReason.DUPLICATE_IDENTITY) return this.#set({ phase: 'duplicate' });
    await this.#follower?.ask();
    if (life !== this.#life) return;
    if (reason === DisconnectReason.PARTICIPANT_REMOVED) return this.#set({ phase: 'ended' });
    if (reason === DisconnectReason.ROOM_DELETED && this.#state.call === null)
      return this.#set({ phase: 'ended' });
    this.#set({ phase: 'rejoining' });
    await this.#rejoin(life);
  }

  /** LiveKit went away under a call that lives: a fresh token and a fresh Room until we are back or it has ended. */
  async #rejoin(life: number): Promise<void> {
    const { api, tokenUrl, roomName, participantName } = this.#options;
    for (let n = 0; life === this.#life; n += 1) {
      await pause(REJOIN_WAITS_MS[Math.min(n, REJOIN_WAITS_MS.length - 1)] ?? 2_000);
      // A call that ended meanwhile is told as that: asking for a token could only be refused, or begin another one.
      if (n > 0) await this.#follower?.ask();
      if (life !== this.#life) return;
      try {
        const answer = await api.send<TokenAnswer>('POST', tokenUrl, { roomName, participantName });
        if (life !== this.#life) return;
        if (answer.callId !== this.#state.answer?.callId) return this.#set({ phase: 'ended' });
        this.#set({ answer });
        const problem = await this.#connect(life, answer);
        if (problem === null) return;
        // The server has just answered: what is missing is media alone.
        if (life === this.#life && problem.code !== 'media_path') this.#set(mediaAwayIn(this.#state));
      } catch (error) {
        if (life !== this.#life) return;
        const { code } = problemOfRequest(error);
        this.#set(code === 'media_server' ? mediaAwayIn(this.#state) : { mediaAwayAt: null });
        const given = error instanceof LatidoError && error.status < 500 && error.status !== 429;
        if (given) return this.#fail(problemOfRequest(error));
      }
    }
  }
}
