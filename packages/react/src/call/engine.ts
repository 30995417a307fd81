import type { PeerBeat, PeerState, PresenceReporter } from '@latido/client';
import type { CallState, TokenAnswer } from '@latido/protocol';
import { DisconnectReason, Room } from 'livekit-client';
import { answerAfter, isOut, isOverBy } from './drop.ts';
import {
  mediaAwayBy,
  mediaAwayIn,
  NOTHING_YET,
  withBeatAt,
  type EngineOptions,
  type EngineState,
} from './engine-state.ts';
import { askToken } from './ask-token.ts';
import { endCall, followCall, type CallFollower } from './follow.ts';
import { withMedia, withoutReplaced } from './frozen.ts';
import { withoutDevice, withRefusal } from './media-problem.ts';
import { withBeat, withPeerWords, withWord, type PeerWords } from './peer-words.ts';
import { linkPresence } from './presence.ts';
import { otherCallOf, problemOfConnect, problemOfRequest, type CallProblem } from './problems.ts';
import { mediaOf, publish } from './publish.ts';
import { connectOptions, roomOptions } from './room-options.ts';
import { lookWhileSilent, silenceOf } from './silence.ts';
import { watchRoom } from './watch-room.ts';
import { pause, wayBack } from './way-back.ts';
import { stateAfter } from './screen.ts';

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
  #answeredAt = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#state = { ...NOTHING_YET, media: options.media };
  }

  /** The two that useSyncExternalStore wants. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly snapshot = (): EngineState => this.#state;

  /** Joins, or joins again after a failure or from another tab. */
  readonly start = (): void => {
    this.#set({ phase: 'connecting', problem: null, hungUp: false });
    void this.#join(++this.#life);
  };

  /** Ends the other call that keeps us out (`elsewhere`), for both of its people, then joins this one. */
  readonly leaveOther = (): void => {
    const callId = otherCallOf(this.#state.problem);
    if (this.#state.phase !== 'failed' || callId === null) return;
    const life = ++this.#life;
    this.#set({ phase: 'connecting', problem: null, hungUp: false });
    void endCall(this.#options.api, callId).then(() => (life === this.#life ? this.start() : undefined));
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
    const ended = callId === undefined ? Promise.resolve() : endCall(this.#options.api, callId);
    this.#set({ phase: 'ended', hungUp: true });
    const room = this.#state.room;
    void Promise.race([said, pause(250)]).then(() => this.#leaveRoom(room));
    void ended.then(() => this.#follower?.ask());
  };

  /** The way out where the call could not be joined: nobody waits for us any longer. */
  readonly giveUp = (): void => {
    const callId = this.#state.answer?.callId;
    this.stop();
    if (callId !== undefined && this.#state.phase === 'failed') void endCall(this.#options.api, callId);
  };

  /** The person has read what is missing. */
  readonly dismissMediaProblem = (): void => this.#set({ mediaProblem: null });

  #set(patch: Partial<EngineState>): void {
    this.#state = stateAfter(this.#state, patch);
    for (const listener of this.#listeners) listener();
  }

  #leaveRoom(room = this.#state.room): void {
    this.#presence?.close();
    this.#presence = null;
    this.#quiet = false;
    void room?.disconnect(this.#options.own === undefined);
  }

  async #join(life: number): Promise<void> {
    let answer: TokenAnswer;
    try {
      answer = await askToken(this.#options);
    } catch (error) {
      if (life === this.#life) this.#fail(problemOfRequest(error));
      return;
    }
    if (life !== this.#life) return;
    this.#answered(answer);
    this.#follow(answer);
    const refused = await this.#connect(life, answer);
    if (refused && life === this.#life) this.#fail(refused);
  }

  #answered(answer: TokenAnswer): void {
    this.#answeredAt = Date.now();
    this.#set({ answer });
  }

  /** We are out of the call for good. */
  #over(): void {
    this.#life += 1;
    this.#leaveRoom();
    this.#set({ phase: 'ended' });
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
    if (this.#state.call?.status === 'ended' && this.#state.phase !== 'ended') this.#over();
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
  async #connect(life: number, answer: TokenAnswer, isBack = false): Promise<CallProblem | null> {
    this.#leaveRoom();
    const refused = (): boolean =>
      life === this.#life && room === this.#state.room && this.#mediaIsAway(room);
    const room: Room = new Room(roomOptions(this.#state.media, refused, this.#options.own === undefined));
    this.#watch(room, life);
    // Before connecting: the beats then say from the first moment what state the Room is in. Of many tries to come back only
    // the one that gets through is worth a line.
    if (!isBack) this.#link(room, answer, life);
    this.#set({ room, cutOffAt: null, serverAwayAt: null, frozen: new Map() });
    try {
      await room.connect(answer.wsUrl, answer.token, connectOptions(answer, this.#options.rtcConfig));
    } catch (error) {
      return problemOfConnect(error);
    }
    if (life !== this.#life) return null;
    if (isBack) this.#link(room, answer, life);
    // A new stay: what the server says of the one before is no word about it.
    this.#set({ phase: 'in_call', problem: null, mediaAwayAt: null, countedIn: false });
    void this.#follower?.ask();
    await publish(room, this.#state.media, this.#options.own);
    return null;
  }

  #link(room: Room, answer: TokenAnswer, life: number): void {
    this.#presence = linkPresence(room, answer, {
      onPeerBeat: (beat) => this.#beat(beat),
      onPeerState: (word) => this.#hearWord(word),
      onMediaState: (word) => this.#set({ frozen: withMedia(this.#state.frozen, word) }),
      onStatus: (open) => (this.#lineOpen = open),
      onQuiet: (quiet) => void this.#hearQuiet(quiet, life),
    });
  }

  /** Nobody answers on the line of presence, or somebody does again. */
  async #hearQuiet(quiet: boolean, life: number): Promise<void> {
    this.#quiet = quiet;
    if (!quiet) return this.#set({ cutOffAt: null, serverAwayAt: null });
    const heardAt = this.#heardAt;
    const { room } = this.#state;
    if (!room) return;
    await lookWhileSilent(room, {
      goesOn: () => this.#quiet && life === this.#life && this.#follower !== null,
      ask: () => this.#follower?.ask() ?? Promise.resolve(false),
      saw: (look) => {
        // A server that is back has waited for none of our tries: who is not heard by it in time is told as away.
        if (look.answered) this.#presence?.wake();
        this.#set(silenceOf(this.#state, { ...look, heardAt }));
      },
    });
  }

  /** Refused by the media server while the server hears us: a fresh Room takes over, since this one would wait 2 s first. */
  #mediaIsAway(room: Room): boolean {
    if (!this.#lineOpen || this.#quiet) return false;
    this.#noteMedia(room);
    this.#set(mediaAwayIn(this.#state));
    return true;
  }

  /** A Room that follows this one has no more of us than it had. */
  #noteMedia(room: Room): void {
    this.#set({ media: mediaOf(room, this.#state.media) });
  }

  #beat(beat: PeerBeat): void {
    this.#heardAt = Date.now();
    this.#words = withBeat(this.#words, beat);
    const frozen = withoutReplaced(this.#state.frozen, beat);
    // Two come with one answer: each is drawn at its own instant.
    const at = Math.min(this.#heardAt, Date.parse(beat.at) - this.#state.clockOffsetMs);
    this.#set({ frozen, beats: withBeatAt(this.#state.beats, beat.identity, at) });
  }

  #watch(room: Room, life: number): void {
    watchRoom(room, {
      own: this.#options.own,
      isMine: () => life === this.#life && room === this.#state.room,
      peopleChanged: () => void this.#follower?.ask(),
      refusedDevice: (device, error) =>
        this.#set({ mediaProblem: withRefusal(this.#state.mediaProblem, device, error) }),
      openedDevice: (device) => this.#set({ mediaProblem: withoutDevice(this.#state.mediaProblem, device) }),
      mediaChanged: () => this.#noteMedia(room),
      faltered: () => this.#noteMedia(room),
      reconnecting: () => this.#set({ phase: 'rejoining' }),
      reconnected: () => this.#set({ phase: 'in_call', mediaAwayAt: null }),
      disconnected: (reason) => {
        if (this.#state.phase !== 'connecting') void this.#dropped(reason);
      },
    });
  }

  async #dropped(reason: DisconnectReason | undefined): Promise<void> {
    const life = ++this.#life;
    this.#leaveRoom();
    if (reason === DisconnectReason.DUPLICATE_IDENTITY) return this.#set({ phase: 'duplicate' });
    const answered = await this.#follower?.ask();
    if (life !== this.#life) return;
    if (isOverBy(reason, this.#state, answered)) return this.#set({ phase: 'ended' });
    this.#set({ phase: 'rejoining' });
    await this.#rejoin(life, answerAfter(reason, { ...this.#state, ageMs: Date.now() - this.#answeredAt }));
  }

  /** LiveKit went away under a call that lives. */
  async #rejoin(life: number, last: TokenAnswer | null): Promise<void> {
    const before = this.#state.answer;
    const problem = await wayBack({
      isWanted: () => life === this.#life,
      last,
      ask: async () => {
        // A call that ended meanwhile, for us or for all, is told as that: asking for a token could only be refused, or begin another one.
        await this.#follower?.ask();
        if (before !== null && isOut(this.#state)) {
          this.#over();
          return before;
        }
        const answer = await askToken(this.#options);
        if (life !== this.#life) return answer;
        if (answer.callId === before?.callId) this.#answered(answer);
        else this.#over();
        return answer;
      },
      connect: (answer) => this.#connect(life, answer, true),
      failed: ({ code }, asked) => this.#set(mediaAwayBy(code, asked, this.#state)),
    });
    if (problem && life === this.#life) this.#fail(problem);
  }
}
