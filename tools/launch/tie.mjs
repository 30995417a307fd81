/**
 * Loaded into the server before anything else (`--import`): ends it in order when the launcher is gone, however the
 * launcher went, by the channel between them closing.
 *
 * Not by the kernel (`setpriv --pdeathsig TERM`), which tells it once for every thread of the launcher that dies: a
 * server that takes the second SIGTERM for "at once" would leave its database open. The media server, which is simply
 * killed, is tied by the kernel.
 */
const LAST_RESORT_MS = 20_000;

function endInOrder() {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), LAST_RESORT_MS).unref();
}

if (process.connected) {
  process.once('disconnect', endInOrder);
  // The open channel alone must not keep the server alive.
  process.channel?.unref();
} else {
  process.exit(1);
}
