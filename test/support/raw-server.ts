import { createServer, type Server, type Socket } from 'node:net';

/** A loopback server that plays any bytes, right or wrong: what a service, a proxy or a broken line may do. */
export interface RawServer {
  readonly origin: string;
  /** Every request's head and body as received, over all connections. */
  readonly requests: string[];
  readonly connections: number;
  close(): Promise<void>;
}

/**
 * `play` gets each request (its index over all connections) with the connection to answer on; `greet` each connection
 * before anything came over it.
 */
export async function startRawServer(
  play: (socket: Socket, index: number) => void,
  greet: (socket: Socket) => void = () => undefined,
): Promise<RawServer> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    let received = '';
    socket.on('error', () => undefined);
    greet(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      for (let end = endOfRequest(received); end > 0; end = endOfRequest(received)) {
        requests.push(received.slice(0, end));
        received = received.slice(end);
        play(socket, requests.length - 1);
      }
    });
  });
  await listen(server);
  return {
    origin: `http://127.0.0.1:${portOf(server)}`,
    requests,
    get connections() {
      return connections;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A port of this machine on which nobody listens. */
export async function findClosedPort(): Promise<number> {
  const server = createServer();
  await listen(server);
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The length of the first whole request in `received`, or 0. */
function endOfRequest(received: string): number {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) return 0;
  const bodyLength = Number(/^content-length: *(\d+)/im.exec(received.slice(0, headEnd))?.[1] ?? 0);
  const end = headEnd + 4 + bodyLength;
  return received.length >= end ? end : 0;
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen');
  return address.port;
}
