/** ClickUp as the provider sees it: a connection to the sandbox over HTTP, and what arrived there. */
import type { Failure, Result } from '../../../src/failure.js';
import type { JsonObject } from '../../../src/json.js';
import { clickup } from '../../../src/providers/clickup/provider.js';
import type { Reader } from '../../../src/providers/http.js';
import type { BoundOperation, Done } from '../../../src/providers/operation.js';
import { type Reading, type TargetRef, targetKey } from '../../../src/providers/target.js';
import { type ClickUpSettings, createClickUp } from '../../../src/sandbox/clickup.js';
import type { Fault } from '../../../src/sandbox/faults.js';
import { hostServices } from '../../../src/sandbox/host.js';
import { connectProvider } from '../../support/connected.js';
import { rowContext } from '../../support/row-context.js';

export const lists = {
  sprint: '901000000001',
  backlog: '901000000002',
  inbox: '901000000004',
  approvals: '901000000007',
};

export async function openClickUp(options: { allowNameSearch?: boolean } & Partial<ClickUpSettings> = {}) {
  const sandbox = await hostServices([() => createClickUp(options)], { limit: null });
  const provider = {
    ...clickup,
    connect: (environment: Parameters<typeof clickup.connect>[0]) => connect(environment),
  };
  const connect = (environment: Parameters<typeof clickup.connect>[0]) =>
    clickup.connect(environment, { allowNameSearch: options.allowNameSearch ?? false });
  const { connection, writer, close } = connectProvider(provider, sandbox.environment);
  const bind = (operation: string, args: Record<string, unknown>): BoundOperation => {
    const entry = clickup.operations.find(({ name }) => name === operation);
    if (entry === undefined) throw new Error(`no operation ${operation}`);
    const parsed: JsonObject = JSON.parse(JSON.stringify(entry.schema.parse(args)));
    return connection.bind(operation, parsed);
  };
  const look = async (ref: TargetRef | null, reader: Reader = writer): Promise<Reading> => {
    const [reading] = await connection.lookUp(reader, ref === null ? [] : [ref]);
    if (reading === undefined) throw new Error('nothing was read');
    return reading;
  };
  return {
    sandbox,
    connection,
    writer,
    bind,
    look,
    fill: (operation: string, values: Record<string, unknown>, name = 'A task', done = false) =>
      sandbox.fill([{ provider: 'clickup', operation, values, cells: { 'Task Name': name }, done }]),
    /** Plans and sends a row as a run does; with `looks: false` as one with `--look none`. */
    run: async (
      operation: string,
      args: Record<string, unknown>,
      { looks = true, context = rowContext() } = {},
    ): Promise<Result<Done>> => {
      const bound = bind(operation, args);
      const reading = looks && bound.target !== null ? await look(bound.target) : null;
      if (reading !== null && reading.kind !== 'found') return { ok: false, failure: reading.failure };
      const target = reading?.target ?? null;
      const prepared = await bound.prepare(writer, target);
      if (!prepared.ok) return prepared;
      const foretold = target === null ? null : bound.predict(target, prepared.value);
      if (foretold?.kind === 'will-fail') return { ok: false, failure: foretold.failure };
      return bound.execute(writer, target, prepared.value, context);
    },
    strike: (fault: Fault, times = 1) =>
      sandbox.setFaults([{ match: { service: 'clickup', write: true }, times, fault }]),
    /** `GET /v2/list/1/task` and so on, without the prefix, in order. */
    requests: () =>
      sandbox.ledger.requests('clickup').map(({ method, path }) => `${method} ${path.replace('/clickup/api', '')}`),
    effects: () => sandbox.ledger.effects('clickup').map(({ kind, target }) => `${kind} ${target}`),
    inspect: async (id: string): Promise<unknown> =>
      (await fetch(`${sandbox.origin}/_sandbox/inspect/clickup/${id}`)).json(),
    close: async () => {
      await close();
      await sandbox.close();
    },
  };
}

export type ClickUp = Awaited<ReturnType<typeof openClickUp>>;

export function failureOf(result: Result<unknown>): Failure {
  if (result.ok) throw new Error('it succeeded');
  return result.failure;
}

/** Reads targets as planning does: what is not answered is asked for again, until all are. */
export async function readAll(
  click: ClickUp,
  refs: readonly TargetRef[],
  reader: Reader,
): Promise<Map<string, Reading>> {
  const readings = new Map<string, Reading>();
  let open = refs;
  while (open.length > 0) {
    for (const reading of await click.connection.lookUp(reader, open))
      readings.set(targetKey('clickup', reading.ref), reading);
    const left = open.filter((ref) => !readings.has(targetKey('clickup', ref)));
    if (left.length === open.length) throw new Error('the first ref was not answered');
    open = left;
  }
  return readings;
}
