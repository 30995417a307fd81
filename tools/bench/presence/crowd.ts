import { WebSocket } from 'ws';

/** A browser of the crowd. */
export interface Guest {
  readonly url: string;
  readonly sid: string;
  readonly roomSid: string;
  readonly partner: { readonly sid: string; readonly identity: string };
}

const BEAT_EVERY_MS = 500;
/** Sockets are opened and beat in so many slices, as chance would spread them. */
const SLICES = 50;

/** People whose browsers beat, as our SDK does: twice a second, with what they see of the partner, each second one without an answer. */
export class Crowd {
  readonly #slices: { socket: WebSocket; guest: Guest }[][] = Array.from({ length: SLICES }, () => []);
  readonly #timer: NodeJS.Timeout;
  #at = 0;
  #n = 0;
  /** Sockets that closed although nobody closed them. */
  lost = 0;

  constructor() {
    this.#timer = setInterval(() => this.#beat(), BEAT_EVERY_MS / SLICES);
  }

  async add(guest: Guest): Promise<void> {
    const socket = new WebSocket(guest.url, { perMessageDeflate: false });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.on('error', () => undefined);
    socket.on('close', () => (this.lost += 1));
    const { sid: participantSid, roomSid } = guest;
    socket.send(JSON.stringify({ type: 'connected', participantSid, roomSid }));
    this.#slices[Math.floor(Math.random() * SLICES)]?.push({ socket, guest });
  }

  close(): void {
    clearInterval(this.#timer);
    for (const { socket } of this.#slices.flat()) socket.removeAllListeners('close').terminate();
  }

  #beat(): void {
    this.#at = (this.#at + 1) % SLICES;
    if (this.#at === 0) this.#n += 1;
    for (const { socket, guest } of this.#slices[this.#at] ?? []) {
      const { sid: participantSid, roomSid, partner } = guest;
      const partners = [
        { participantSid: partner.sid, identity: partner.identity, packets: 25, expected: true },
      ];
      const ack = this.#n % 2 === 0 ? {} : { ack: false };
      const beat = {
        type: 'beat',
        roomState: 'connected',
        n: this.#n,
        ...ack,
        participantSid,
        roomSid,
        partners,
      };
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(beat));
    }
  }
}
