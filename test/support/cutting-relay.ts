/** Stands between a client and a service, and breaks the connection amid the answers to writes. */
import { connect, createServer, type Socket } from 'node:net';

export interface CuttingRelay {
  readonly origin: string;
  /** After how many bytes the answer to the next write breaks off; null = not at all. Asked once a write. */
  nextCut: () => number | null;
  /** Lengths in bytes of the answers to writes, as the service sent them, those that were cut included. */
  readonly lengths: readonly number[];
  close(): Promise<void>;
}

/** @param target the service's origin. @param isWrite by the request's first line. */
export async function startCuttingRelay(target: string, isWrite: (head: string) => boolean): Promise<CuttingRelay> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  const lengths: number[] = [];
  const relay = { nextCut: (): number | null => null };

  const server = createServer((client) => {
    const service = connect(Number(port), hostname);
    /** Of the answer that is under way, where it is one to a write. */
    let write: { readonly cut: number | null; passed: number; readonly place: number } | null = null;
    for (const socket of [client, service]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        service.destroy();
      });
    }
    client.on('data', (chunk: Buffer) => {
      const head = /^[A-Z]+ \S+ HTTP/.exec(chunk.toString('latin1'))?.[0];
      if (head !== undefined) {
        write = isWrite(head) ? { cut: relay.nextCut(), passed: 0, place: lengths.push(0) - 1 } : null;
      }
      service.write(chunk);
    });
    service.on('data', (chunk: Buffer) => {
      if (write === null) return client.write(chunk);
      const { cut, passed, place } = write;
      write.passed += chunk.length;
      lengths[place] = write.passed;
      if (cut === null || write.passed <= cut) return client.write(chunk);
      if (passed <= cut) client.write(chunk.subarray(0, cut - passed), () => client.resetAndDestroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the relay does not listen');
  return Object.assign(relay, {
    origin: `http://127.0.0.1:${address.port}`,
    lengths,
    close: () => {
      for (const socket of open) socket.destroy();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}
