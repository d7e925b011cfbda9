import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A port of the loopback interface behind which another one lies at a distance. */
export interface Relay {
  readonly port: number;
  close(): void;
}

/**
 * Carries bytes to `targetPort` and back, each way late by a time between the bounds, uniformly. So requests arrive in
 * another order than they left, as they do on a real way to a service; the order within one connection stays.
 */
export async function startDelayingRelay(
  targetPort: number,
  [minMs, maxMs]: readonly [min: number, max: number],
): Promise<Relay> {
  const sockets = new Set<Socket>();
  const carry = (from: Socket, to: Socket) => {
    let earliestMs = 0;
    const later = (act: () => void) => {
      const nowMs = performance.now();
      earliestMs = Math.max(earliestMs, nowMs + minMs + Math.random() * (maxMs - minMs));
      setTimeout(act, earliestMs - nowMs);
    };
    sockets.add(from);
    from.setNoDelay(true);
    from.on('data', (chunk) => later(() => to.write(chunk)));
    from.on('end', () => later(() => to.end()));
    from.on('error', () => to.destroy());
    from.on('close', () => sockets.delete(from));
  };
  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1');
    carry(near, far);
    carry(far, near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the relay does not listen');
  return {
    port: address.port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
