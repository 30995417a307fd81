/** For tests only: where a server that speaks to Stripe finds one. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stripe's API as far as Checkout goes: it gives back what it was asked for. */
export async function startStripe(): Promise<{
  url: string;
  asked: URLSearchParams[];
  close: () => Promise<void>;
}> {
  const asked: URLSearchParams[] = [];
  const api: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(parts).toString());
      asked.push(form);
      const id = `cs_test_${form.get('client_reference_id')}`;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ id, object: 'checkout.session', url: `https://checkout.test/${id}` }));
    });
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  const { port } = api.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () => new Promise((resolve) => api.close(() => resolve())),
  };
}
