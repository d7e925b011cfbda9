import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClock } from './clock.js';
import { answerControl, type ControlledSandbox, controlPrefix } from './control.js';
import { Dispatcher } from './dispatcher.js';
import { FaultBook, type FaultRule } from './faults.js';
import { parseJson, readBody, splitPath } from './incoming.js';
import { Ledger } from './ledger.js';
import { Limiter } from './limit.js';
import { createRandom } from './random.js';
import type { EmulatedService, SandboxRow } from './service.js';

const host = '127.0.0.1';
const defaultSeed = 1;
const defaultLedgerCapacity = 200_000;
const controlBodyCapBytes = 256 * 1024 * 1024;
/** Longer than clients keep idle connections, so that none is closed under a request that is on its way. */
const keepAliveMs = 120_000;

export interface SandboxOptions {
  /** 0 or absent = any free port. */
  readonly port?: number | undefined;
  /** Of faults with a probability, latencies and the services' own chance; default 1. */
  readonly seed?: number | undefined;
  /** Requests a window for every service; null = no limit; absent = each service's own. */
  readonly limit?: number | null | undefined;
  /** Length of the limit's window; absent = each service's own. */
  readonly windowMs?: number | undefined;
  /** Each answer is late by a time between these, uniformly. */
  readonly latencyMs?: readonly [min: number, max: number] | undefined;
  readonly faults?: readonly FaultRule[] | undefined;
  /** Wall clock in ms; also used for windows and the ledger when given. */
  readonly now?: (() => number) | undefined;
  /** Requests, and as many effects, that the ledger holds; default 200,000. */
  readonly ledgerCapacity?: number | undefined;
}

export interface Sandbox {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  readonly port: number;
  /** The variables of all services with which taskbatch reaches this sandbox. */
  readonly environment: Readonly<Record<string, string>>;
  readonly ledger: Ledger;
  /** Gives each row a target; rows of an unknown provider are passed over. Returns the number of rows filled. */
  fill(rows: Iterable<SandboxRow>): number;
  /** Replaces the fault rules. */
  setFaults(rules: readonly FaultRule[]): void;
  /** Ends at once: open connections are cut. */
  close(): Promise<void>;
}

/**
 * Serves emulated services on one port of the loopback interface.
 *
 * @throws RangeError for a limit or capacity below 1; the system's error when the port is taken.
 */
export async function hostServices(
  createServices: readonly (() => EmulatedService)[],
  options: SandboxOptions,
): Promise<Sandbox> {
  const services = createServices.map((create) => create());
  const ledger = new Ledger(options.ledgerCapacity ?? defaultLedgerCapacity);
  const clock = createClock(options.now);
  const chance = createChances(options.seed ?? defaultSeed);
  const faults = new FaultBook(options.faults ?? [], () => chance.faults());
  const random = () => chance.services();
  const hosted = services.map((service) => ({ service, limiter: createLimiter(service, options), random }));
  const [minMs, maxMs] = options.latencyMs ?? [0, 0];
  const nextLatencyMs = maxMs <= 0 ? () => 0 : () => minMs + chance.latency() * (maxMs - minMs);
  const dispatcher = new Dispatcher({ hosted, ledger, faults, clock, nextLatencyMs });

  const fill = (rows: Iterable<SandboxRow>): number => {
    const context = { now: clock.wallMs, random, effect: () => {} };
    let filled = 0;
    for (const row of rows) {
      const service = services.find(({ name }) => name === row.provider);
      if (service === undefined) continue;
      service.fill(row, context);
      filled += 1;
    }
    return filled;
  };
  const reset = (): void => {
    for (const { service, limiter } of hosted) {
      service.reset();
      limiter?.reset();
    }
    ledger.reset();
    chance.restart();
    faults.replace(options.faults ?? []);
  };

  const server = createServer({ keepAliveTimeout: keepAliveMs, requestTimeout: 0 });
  const port = await listen(server, options.port ?? 0);
  const origin = `http://${host}:${port}`;
  const environment = Object.fromEntries(services.flatMap((service) => Object.entries(service.environment(origin))));
  const setFaults = (rules: readonly FaultRule[]): void => faults.replace(rules);
  const controlled: ControlledSandbox = { services, ledger, environment, fill, setFaults, reset };
  server.on('request', (message, response) => {
    // Node's own `Date` is the machine's; a date to wait until is read beside it.
    if (options.now !== undefined) response.setHeader('Date', new Date(clock.wallMs()).toUTCString());
    if (message.url?.startsWith(controlPrefix)) serveControl(controlled, message, response);
    else dispatcher.receive(message, response);
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      dispatcher.close();
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { origin, port, environment, ledger, fill, setFaults, close };
}

/** One stream of numbers each, so that turning on latency does not move the faults. */
function createChances(seed: number) {
  const start = () => ({
    faults: createRandom(seed),
    latency: createRandom(seed ^ 0x5bd1e995),
    services: createRandom(seed ^ 0x27d4eb2f),
  });
  let current = start();
  return {
    faults: () => current.faults(),
    latency: () => current.latency(),
    services: () => current.services(),
    restart: () => {
      current = start();
    },
  };
}

function createLimiter({ limit: own }: EmulatedService, { limit, windowMs }: SandboxOptions): Limiter | null {
  if (limit === null) return null;
  return new Limiter({ ...own, requests: limit ?? own.requests, windowMs: windowMs ?? own.windowMs });
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address: AddressInfo | string | null = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function serveControl(sandbox: ControlledSandbox, message: IncomingMessage, response: ServerResponse): void {
  readBody(message, controlBodyCapBytes, (bodyText) => {
    const [path = '', search] = (message.url ?? '').slice(controlPrefix.length).split('?', 2);
    const query = new URLSearchParams(search);
    const body = parseJson(bodyText ?? '');
    const { status, body: answer } = answerControl(
      sandbox,
      message.method ?? 'GET',
      splitPath(path) ?? [],
      query,
      body,
    );
    const text = JSON.stringify(answer);
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    response.end(text);
  });
}
