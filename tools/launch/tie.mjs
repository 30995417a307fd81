/**
 * Loaded into the server before anything else (`--import`): ends it in order when the launcher is gone, on systems
 * where the kernel does not do so. The open channel alone must not keep the server alive.
 */
if (process.connected) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel?.unref();
}
