import type { HttpAnswer, HttpRequest, Writer } from '../../src/providers/http.js';
import { createHttpClient } from '../../src/providers/http-client.js';
import type { Connection, Environment, Provider } from '../../src/providers/provider.js';
import { connectOptions } from './row-context.js';

/** A provider connected over real HTTP, without pace: what providers ask of the run, and no more. */
export interface Connected {
  readonly connection: Connection;
  readonly writer: Writer;
  /** Answers in order, as the run's limiter would see them. */
  readonly answers: readonly HttpAnswer[];
  close(): Promise<void>;
}

export function connectProvider(provider: Provider, environment: Environment): Connected {
  const connection = provider.connect(environment, connectOptions);
  const client = createHttpClient({
    address: connection.address,
    connections: 4,
    requestTimeoutMs: 30_000,
    userAgent: 'taskbatch-test',
  });
  const answers: HttpAnswer[] = [];
  const send = async (request: HttpRequest) => {
    const outcome = await client.send(request);
    if (outcome.kind === 'answer') answers.push(outcome);
    return outcome;
  };
  return { connection, writer: { read: send, write: send }, answers, close: () => client.close() };
}
