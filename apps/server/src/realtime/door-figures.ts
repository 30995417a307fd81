import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

/** Why a client was let go by us. */
export type DropReason = 'slow' | 'silent' | 'session_ended' | 'terminated' | 'refused';

/** What one door counts of itself. */
export class DoorFigure {
  /** How many are connected now; the door says. */
  connections: () => number = () => 0;
  /** Events and notices that were handed to connections. */
  delivered = 0;
  readonly drops = new Map<DropReason, number>();

  dropped(reason: DropReason): void {
    this.drops.set(reason, (this.drops.get(reason) ?? 0) + 1);
  }
}

/** Figures by door. */
export class DoorFigures {
  readonly #doors = new Map<string, DoorFigure>();

  of(door: string): DoorFigure {
    const figure = this.#doors.get(door) ?? new DoorFigure();
    this.#doors.set(door, figure);
    return figure;
  }

  /** Shows them on a Prometheus page. */
  register(registry: Registry): void {
    const doors = this.#doors;
    const registers = [registry];
    new Gauge({
      name: 'latido_door_connections',
      help: 'Clients that are connected to this node, by door.',
      labelNames: ['door'],
      registers,
      collect() {
        for (const [door, { connections }] of doors) this.set({ door }, connections());
      },
    });
    new Counter({
      name: 'latido_door_deliveries_total',
      help: 'Events and notices that were handed to clients, by door.',
      labelNames: ['door'],
      registers,
      collect() {
        this.reset();
        for (const [door, { delivered }] of doors) this.inc({ door }, delivered);
      },
    });
    new Counter({
      name: 'latido_door_drops_total',
      help: 'Clients that we let go, by door and reason: too slow to read, silent, their session ended, terminated, refused.',
      labelNames: ['door', 'reason'],
      registers,
      collect() {
        this.reset();
        for (const [door, { drops }] of doors)
          for (const [reason, count] of drops) this.inc({ door, reason }, count);
      },
    });
  }
}
