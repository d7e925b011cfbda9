/** Stands between a client and a service, lets each connection serve one request, and can be gone: nobody listens then. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface ShuttingRelay {
  readonly origin: string;
  /** Told of each request just before its answer passes, by the request's first line; the next one needs a new connection. */
  onAnswered: (head: string) => void;
  /** From now on connections are refused; those that stand go on. */
  shut(): void;
  /** Listens again, if it does not. */
  open(): Promise<void>;
  close(): Promise<void>;
}

/** @param target the service's origin. */
export async function startShuttingRelay(target: string): Promise<ShuttingRelay> {
  const { hostname, port: servicePort } = new URL(target);
  const sockets = new Set<Socket>();
  const relay = { onAnswered: (_head: string): void => undefined };

  const pass = (client: Socket): void => {
    const service = connect(Number(servicePort), hostname);
    let head = '';
    for (const socket of [client, service]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('close', () => service.destroy());
    client.on('data', (chunk: Buffer) => {
      // The service is asked to close after its answer, so the end of the answer is the end of the connection.
      const text = chunk.toString('latin1').replace(/^connection: keep-alive\r\n/im, 'connection: close\r\n');
      head ||= /^[A-Z]+ \S+/.exec(text)?.[0] ?? '';
      service.write(Buffer.from(text, 'latin1'));
    });
    // Nothing of the answer is passed on before who listens is told: the client acts on the last byte, not on the end.
    const answer: Buffer[] = [];
    service.on('data', (chunk: Buffer) => answer.push(chunk));
    service.on('end', () => {
      relay.onAnswered(head);
      client.end(Buffer.concat(answer));
    });
  };

  let server: Server | null = null;
  const listen = (port: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const listening = createServer(pass);
      server = listening;
      listening.once('error', reject);
      listening.listen(port, '127.0.0.1', () => {
        const address = listening.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  const port = await listen(0);
  return Object.assign(relay, {
    origin: `http://127.0.0.1:${port}`,
    shut: () => {
      server?.close();
      server = null;
    },
    open: async () => {
      if (server === null) await listen(port);
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => (server === null ? resolve() : server.close(() => resolve())));
    },
  });
}
