// PM2: `pm2 start deploy/ecosystem.config.cjs` in Latido's folder. Settings come from the environment that pm2 is started in.
const node = (name, port) => ({
  name,
  script: 'apps/server/src/start/main.ts',
  // Node 24: the sources are run as they are.
  interpreter: 'node',
  interpreter_args: '--conditions=source --max-semi-space-size=16',
  // A node is a process with a port of its own; PM2's cluster mode would share one, and sockets would change nodes.
  exec_mode: 'fork',
  instances: 1,
  env: { NODE_ENV: 'production', PORT: String(port), LATIDO_DATA_DIR: `.latido/${name}` },
  // Sockets are let go in slices over ten seconds; a SIGKILL before that sends everybody back at once.
  kill_timeout: 30_000,
  kill_signal: 'SIGTERM',
  max_memory_restart: '2G',
  exp_backoff_restart_delay: 200,
});

// Two nodes need DATABASE_URL and REDIS_URL; for one, leave the second out.
module.exports = { apps: [node('latido-1', 3000), node('latido-2', 3001)] };
