/**
 * The livekit.yaml of a media server that nobody but this machine can reach. JSON is YAML, and quotes itself.
 *
 * Every line of `rtc` is needed (measured on v1.13.5): without `tcp_port: 0` it listens on *:7881, without `ips` on the
 * local network, and without the loopback candidate it has no media port at all and still says OK. `auto_create` is off
 * because a room that LiveKit makes by itself after a crash is one that we know nothing of.
 *
 * @param {{ port: number, udpPort: number, tcpPort?: number, metricsPort: number, apiKey: string, apiSecret: string, webhookUrl?: string }} options
 */
export function livekitSettings({ port, udpPort, tcpPort = 0, metricsPort, apiKey, apiSecret, webhookUrl }) {
  const settings = {
    port,
    bind_addresses: ['127.0.0.1'],
    rtc: {
      node_ip: '127.0.0.1',
      use_external_ip: false,
      enable_loopback_candidate: true,
      ips: { includes: ['127.0.0.1/32'] },
      udp_port: udpPort,
      tcp_port: tcpPort,
      stun_servers: ['127.0.0.1:3478'],
    },
    keys: { [apiKey]: apiSecret },
    room: { auto_create: false, departure_timeout: 90, empty_timeout: 60 },
    prometheus: { port: metricsPort },
    logging: { level: 'info', json: true },
  };
  if (!webhookUrl) return settings;
  const notifier = { max_age: '10m', max_depth: 2_000 };
  return { ...settings, webhook: { api_key: apiKey, urls: [webhookUrl], resource_url_notifier: notifier } };
}

/** Names that livekit-server reads besides `LIVEKIT_*`. */
const OTHERS = /^(NODE_IP|UDP_PORT|KEY_FILE|REDIS_HOST|REDIS_PASSWORD)$/;

/**
 * The environment without what livekit-server would read: it wins over --config without a word. `LIVEKIT_KEYS` above
 * all, which are keys that we accept, and would replace the one that it signs its webhooks with.
 */
export function livekitEnvironment(env) {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith('LIVEKIT_') && !OTHERS.test(name)),
  );
}
