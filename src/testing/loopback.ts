import assert from 'node:assert/strict';
import type { AddressInfo, Server } from 'node:net';
import type { TestContext } from 'node:test';

/**
 * Listens on a free loopback port until the test ends; connections still open then are cut.
 *
 * @returns the origin, `http://127.0.0.1:<port>`
 */
export async function listening(test: TestContext, server: Server): Promise<string> {
  const sockets = new Set<{ destroy(): unknown }>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  test.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${portOf(server)}`;
}

/** The port on which a server listens. */
export function portOf(server: Server): number {
  const address = server.address();
  assert.ok(isPort(address));
  return address.port;
}

function isPort(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}
