/** A place in somebody's inbox: everything up to `seq` of this numbering. */
export interface Cursor {
  readonly epoch: string;
  readonly seq: bigint;
}

/** As the wire has it: opaque to clients. */
export function formatCursor({ epoch, seq }: Cursor): string {
  return `${epoch}.${seq}`;
}

/** Reads a cursor; null when it is none of ours. */
export function parseCursor(text: string): Cursor | null {
  const match = /^([0-9a-z]{1,40})\.(\d{1,18})$/.exec(text);
  const [, epoch, seq] = match ?? [];
  return epoch === undefined || seq === undefined ? null : { epoch, seq: BigInt(seq) };
}
