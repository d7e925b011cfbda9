import { z } from 'zod';
import { faultRulesSchema, sandboxRowsSchema } from './control-schema.js';
import { parseFaults } from './fault-text.js';
import type { FaultRule } from './faults.js';
import type { Ledger } from './ledger.js';
import type { EmulatedService, JsonValue, SandboxRow } from './service.js';

export const controlPrefix = '/_sandbox/';
const defaultWindowMs = 60_000;

/** What can be done to a running sandbox from outside. */
export interface ControlledSandbox {
  readonly services: readonly EmulatedService[];
  readonly ledger: Ledger;
  readonly environment: Readonly<Record<string, string>>;
  fill(rows: Iterable<SandboxRow>): number;
  setFaults(rules: readonly FaultRule[]): void;
  reset(): void;
}

export interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * The sandbox's own routes, for tests that run it as another process. They are neither limited nor hit by faults, and
 * stay out of the ledger.
 *
 * - `GET /_sandbox/ledger?service=&windowMs=` -> `{requests, effects, counts, highestWindow: {<service>: n}}`
 * - `GET /_sandbox/effects?service=` -> the effects
 * - `POST /_sandbox/faults`: replaces the rules; a JSON array of rules, or a JSON string in the text form
 * - `POST /_sandbox/fill`: a JSON array of rows -> `{filled}`
 * - `GET /_sandbox/inspect/<service>/<id>`
 * - `GET /_sandbox/environment` -> variables for taskbatch
 * - `POST /_sandbox/reset`: everything as it was at the start, the faults given then included
 *
 * Refusals are `{error}` with 400 or 404.
 */
export function answerControl(
  sandbox: ControlledSandbox,
  method: string,
  path: readonly string[],
  query: URLSearchParams,
  body: unknown,
): ControlAnswer {
  const [name = '', service, id] = path;
  switch (`${method} ${name}`) {
    case 'GET ledger':
      return readLedger(sandbox, query);
    case 'GET effects':
      return { status: 200, body: sandbox.ledger.effects(query.get('service') ?? undefined) };
    case 'POST faults':
      return replaceFaults(sandbox, body);
    case 'POST fill':
      return fillRows(sandbox, body);
    case 'GET inspect':
      return inspect(sandbox, service, id);
    case 'GET environment':
      return { status: 200, body: sandbox.environment };
    case 'POST reset':
      sandbox.reset();
      return { status: 200, body: {} };
    default:
      return refuse(404, `The sandbox has no control route ${method} ${controlPrefix}${name}.`);
  }
}

function readLedger({ ledger, services }: ControlledSandbox, query: URLSearchParams): ControlAnswer {
  const service = query.get('service') ?? undefined;
  const windowMs = Number(query.get('windowMs') ?? defaultWindowMs);
  if (!(windowMs > 0)) return refuse(400, `windowMs must be a number of ms above 0, not "${query.get('windowMs')}".`);
  const counted = services.filter(({ name }) => service === undefined || service === name);
  const highestWindow = Object.fromEntries(counted.map(({ name }) => [name, ledger.highestWindow(name, windowMs)]));
  const body = {
    requests: ledger.requests(service),
    effects: ledger.effects(service),
    counts: ledger.counts(),
    highestWindow,
  };
  return { status: 200, body };
}

function replaceFaults(sandbox: ControlledSandbox, body: unknown): ControlAnswer {
  if (typeof body === 'string') {
    try {
      sandbox.setFaults(parseFaults(body));
    } catch (error) {
      if (error instanceof RangeError) return refuse(400, error.message);
      throw error;
    }
    return { status: 200, body: {} };
  }
  const rules = faultRulesSchema.safeParse(body);
  if (!rules.success) return refuse(400, z.prettifyError(rules.error));
  sandbox.setFaults(rules.data);
  return { status: 200, body: {} };
}

function fillRows(sandbox: ControlledSandbox, body: unknown): ControlAnswer {
  const rows = sandboxRowsSchema.safeParse(body);
  return rows.success
    ? { status: 200, body: { filled: sandbox.fill(rows.data) } }
    : refuse(400, z.prettifyError(rows.error));
}

function inspect({ services }: ControlledSandbox, name: string | undefined, id: string | undefined): ControlAnswer {
  const service = services.find((candidate) => candidate.name === name);
  if (service === undefined) return refuse(404, `There is no service "${name}".`);
  const found: JsonValue | undefined = id === undefined ? undefined : service.inspect(id);
  return found === undefined ? refuse(404, `${name} holds nothing with the id "${id}".`) : { status: 200, body: found };
}

function refuse(status: number, error: string): ControlAnswer {
  return { status, body: { error } };
}
