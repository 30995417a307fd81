import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { z } from 'zod';
import type { Terminal } from './commands.ts';
import { messageOf, type Log } from '../platform/index.ts';

/** What a server that has the embedded database open does for `npx latido`, which may not open it as well. */
export type DoorCommands = Readonly<
  Record<string, (terminal: Pick<Terminal, 'args' | 'print' | 'complain'>) => Promise<number>>
>;

const Said = z.union([
  z.object({ print: z.string() }),
  z.object({ complain: z.string() }),
  z.object({ code: z.number().int() }),
]);
type Said = z.infer<typeof Said>;

/** A command's name and the words after it. */
const Asked = z.array(z.string());

/** Sockets of the system have short names: 108 bytes on Linux, 104 elsewhere. */
const PATH_MAX = 100;

/** A socket of the file system, in the folder that is its owner's alone; null where the folder's name is too long. */
function doorOf(dataDir: string): string | null {
  if (process.platform === 'win32') return null;
  const path = join(dataDir, 'operator.sock');
  return Buffer.byteLength(path) > PATH_MAX ? null : path;
}

/**
 * Opens the door. Whoever may read the data folder may ask here; nobody may by network.
 *
 * @returns how to close it
 */
export async function openDoor(options: {
  dataDir: string;
  commands: DoorCommands;
  log: Log;
}): Promise<() => Promise<void>> {
  const path = doorOf(options.dataDir);
  if (path === null) return async () => {};
  // We hold the folder's lock: what lies there is of a server that is dead.
  rmSync(path, { force: true });
  const door = createServer((socket) => {
    linesOf(socket).once('line', (line) => void serve(socket, line, options));
  });
  await new Promise<void>((resolve, reject) => {
    door.once('error', reject);
    door.listen(path, resolve);
  });
  chmodSync(path, 0o600);
  return () => new Promise((resolve) => door.close(() => resolve()));
}

/** The lines that a socket brings; when it breaks they end. */
function linesOf(socket: Socket): Interface {
  socket.on('error', () => socket.destroy());
  // It passes the socket's error on.
  return createInterface({ input: socket }).on('error', () => undefined);
}

async function serve(
  socket: Socket,
  line: string,
  { commands, log }: { commands: DoorCommands; log: Log },
): Promise<void> {
  const say = (said: Said): void => void socket.write(`${JSON.stringify(said)}\n`);
  try {
    const [name = '', ...args] = Asked.parse(JSON.parse(line));
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) throw new Error(`This server does not know ${name.slice(0, 20)}.`);
    const code = await command({
      args,
      print: (print) => say({ print }),
      complain: (complain) => say({ complain }),
    });
    say({ code });
  } catch (error) {
    log.warn({ err: error }, 'a command at the door failed');
    say({ complain: messageOf(error) });
    say({ code: 2 });
  }
  socket.end();
}

/** Lets the server that has the folder open run a command; null when there is none that answers. */
export function askServer(dataDir: string, name: string, terminal: Terminal): Promise<number | null> {
  const path = doorOf(dataDir);
  if (path === null) return Promise.resolve(null);
  return new Promise((resolve) => {
    let code: number | null = null;
    const asked = [name, ...(terminal.args ?? [])];
    const socket = connect(path, () => socket.write(`${JSON.stringify(asked)}\n`));
    // Also of a socket that nobody opened: no file, or one that a dead server left behind.
    socket.once('close', () => resolve(code));
    linesOf(socket).on('line', (line) => {
      const said = Said.parse(JSON.parse(line));
      if ('print' in said) terminal.print(said.print);
      else if ('complain' in said) terminal.complain(said.complain);
      else code = said.code;
    });
  });
}
