import { isPersonKind } from '@latido/core';
import type { ChatMessage } from '@latido/protocol';
import { blocksAmong } from '../access/index.ts';
import { callById } from '../calls/index.ts';
import { intervalsOfCall, intervalsOfRoomSid, isRoomSid } from '../presence/index.ts';
import type { ChatDeps } from './ports.ts';

/** What LiveKit's clients look at: the topic of its chat, and that of its components, which read a packet of a server under the older one only. */
const TOPICS = ['lk.chat', 'lk-chat-topic'];
/** Who has come or gone is known so late at most. */
const KNOWN_FOR_MS = 2_000;
/** So many wait for LiveKit at most; what comes beyond is in the history, as all of it is. */
const WAITING_MAX = 100;
/** A packet of LiveKit's data channels has 15 KiB. */
const TEXT_MAX = 3_500;

/** A room of LiveKit, and who is in it without our SDK: identities with their people. */
interface Room {
  readonly name: string;
  readonly plain: readonly { identity: string; personId: string | null }[];
  readonly asOf: number;
}

/**
 * Forwards messages to who is in the room with a plain LiveKit client, which hears nothing of ours (CHAT-18). It is a courtesy: what fails is
 * forgotten, and nobody waits for it.
 */
export class PlainClients {
  readonly #deps: ChatDeps;
  readonly #rooms = new Map<string, Room>();
  /** By call: the last one on its way, and how many there are. */
  readonly #queues = new Map<string, { last: Promise<void>; count: number }>();

  constructor(deps: ChatDeps) {
    this.#deps = deps;
  }

  /** Takes a message that is stored. */
  tell(message: ChatMessage): void {
    const { callId } = message;
    const before = this.#queues.get(callId) ?? { last: Promise.resolve(), count: 0 };
    if (before.count >= WAITING_MAX) return;
    const last = before.last.then(() => this.#send(message)).catch((error: unknown) => this.#failed(error));
    const queue = { last, count: before.count + 1 };
    this.#queues.set(callId, queue);
    void last.then(() => {
      const now = this.#queues.get(callId);
      if (now) now.count -= 1;
      if (now?.last === last) this.#queues.delete(callId);
    });
  }

  /** Resolves when what was taken is on its way, or forgotten. */
  async caughtUp(): Promise<void> {
    await Promise.all([...this.#queues.values()].map(({ last }) => last));
  }

  async #send(message: ChatMessage): Promise<void> {
    const { name, plain } = await this.#roomOf(message.callId);
    if (plain.length === 0) return;
    const identities = await this.#readersOf(message, plain);
    if (identities.length === 0) return;
    const data = new TextEncoder().encode(JSON.stringify(packetOf(message)));
    for (const topic of TOPICS) await this.#deps.rooms.sendData(name, { topic, data, identities });
  }

  async #roomOf(callId: string): Promise<Room> {
    const { db, clock } = this.#deps;
    const known = this.#rooms.get(callId);
    const asOf = clock.monotonic();
    if (known && asOf - known.asOf < KNOWN_FOR_MS) return known;
    for (const [id, room] of this.#rooms) if (asOf - room.asOf >= KNOWN_FOR_MS) this.#rooms.delete(id);
    const isRoom = isRoomSid(callId);
    const intervals = await (isRoom ? intervalsOfRoomSid : intervalsOfCall)(db, callId);
    const name = isRoom ? intervals[0]?.roomName : (await callById(db, callId))?.livekitRoom;
    const plain = intervals
      .filter(({ kind, state, beating }) => isPersonKind(kind) && state === 'present' && !beating)
      .map(({ identity, personId }) => ({ identity, personId }));
    const room = { name: name ?? '', plain: name === undefined ? [] : plain, asOf };
    this.#rooms.set(callId, room);
    return room;
  }

  /** Not its writer's own client, and nobody who blocked them (CHAT-6). */
  async #readersOf({ personId }: ChatMessage, plain: Room['plain']): Promise<string[]> {
    const people = plain.flatMap((each) => each.personId ?? []);
    const blocks = await blocksAmong(this.#deps.db, people);
    return plain
      .filter((each) => each.personId !== personId)
      .filter((each) => each.personId === null || !blocks.get(each.personId)?.includes(personId))
      .map(({ identity }) => identity);
  }

  #failed(error: unknown): void {
    this.#deps.log.debug({ err: error }, 'a message did not reach plain clients of LiveKit');
  }
}

/** As LiveKit's components read it. A packet of a server has no sender there: the text begins with the name. */
function packetOf({ id, seq, personId, name, text, at, files }: ChatMessage): object {
  const words = [text, ...files.map((file) => file.name)].filter(Boolean).join('\n');
  const said =
    words.length > TEXT_MAX ? `${words.slice(0, TEXT_MAX).replace(/[\uD800-\uDBFF]$/, '')}…` : words;
  return { id, timestamp: Date.parse(at), message: `${name}: ${said}`, seq, personId, name };
}
