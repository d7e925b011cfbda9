/** Rows of any operation against a sandbox of all services: what the contract suite is written in. */
import { expect } from 'vitest';
import { type Failure, fail, type Result } from '../../src/failure.js';
import type { BoundOperation, Done, RowContext } from '../../src/providers/operation.js';
import type { CatalogueEntry } from '../../src/providers/provider.js';
import { findProvider } from '../../src/providers/registry.js';
import type { Reading, TargetView } from '../../src/providers/target.js';
import { viewerToken } from '../../src/sandbox/clickup.js';
import type { Fault } from '../../src/sandbox/faults.js';
import { startSandbox } from '../../src/sandbox/server.js';
import { defaultTallyfySettings } from '../../src/sandbox/tallyfy/settings.js';
import { type Connected, connectProvider } from '../support/connected.js';
import { rowContext } from '../support/row-context.js';
import { findEntry, sampleArgs, sampleOf, toJson } from './samples.js';

type Variables = Readonly<Record<string, string>>;

/** The credential of a user who may see a task that is not theirs, and not change it. */
const memberVariables: Readonly<Record<string, Variables>> = {
  tallyfy: { TALLYFY_ACCESS_TOKEN: defaultTallyfySettings.memberTokens[0] ?? '' },
  clickup: { CLICKUP_API_TOKEN: viewerToken },
  bitrix24: { BITRIX24_API_KEY: 'vibe_api_sandbox_member' },
};
/** The user of Bitrix24's key above; there only who has a part in a task sees it. */
const bitrix24Member = '2';

export interface StartOptions {
  /** Whether the service holds the target; default yes. */
  readonly there?: boolean;
  /** Whether it is in the state after the operation; default no. */
  readonly done?: boolean;
  /** Variables in place of the sandbox's own. */
  readonly environment?: Variables;
  /** Cells in place of the sample's. */
  readonly cells?: Readonly<Record<string, unknown>>;
}

export interface ContractRow extends Connected {
  readonly entry: CatalogueEntry;
  readonly bound: BoundOperation;
  /** The same row for another user: as the member who may only look. */
  readonly asMember: () => ContractRow;
  /** How often the row's effect took place. */
  readonly effects: () => number;
  /** Requests that could change something. */
  readonly writes: () => number;
  readonly look: () => Promise<Reading>;
  /** @throws {Error} when it is not there. */
  readonly find: () => Promise<TargetView>;
  /** Prepares and sends, as one attempt does; the row's mark is its own. */
  readonly execute: (target: TargetView | null) => Promise<Result<Done>>;
  readonly context: RowContext;
}

export async function serveRows() {
  const sandbox = await startSandbox({ limit: null });
  const open: Connected[] = [];
  let rows = 0;

  function connect(entry: CatalogueEntry, environment: Variables): Connected {
    const provider = findProvider(entry.provider);
    if (provider === null) throw new Error(`no provider ${entry.provider}`);
    const connected = connectProvider(provider, { ...sandbox.environment, ...environment });
    open.push(connected);
    return connected;
  }

  function openRow(
    entry: CatalogueEntry,
    n: number,
    args: ReturnType<typeof sampleArgs>,
    environment: Variables,
  ): ContractRow {
    const connected = connect(entry, environment);
    const { connection, writer } = connected;
    const bound = connection.bind(entry.name, args);
    const context = { ...rowContext(), mark: `taskbatch 20261122-0530-contract-7f3a/${n}` };
    const effectsBefore = sandbox.ledger.effects(entry.provider).length;
    const countWrites = () => sandbox.ledger.requests(entry.provider).filter((request) => request.write).length;
    const writesBefore = countWrites();
    const look = async (): Promise<Reading> => {
      if (bound.target === null) throw new Error('it has no target');
      const [reading] = await connection.lookUp(writer, [bound.target]);
      if (reading === undefined) throw new Error('nothing was read');
      return reading;
    };
    return {
      ...connected,
      entry,
      bound,
      context,
      asMember: () => openRow(entry, n, args, memberVariables[entry.provider] ?? {}),
      effects: () => {
        const kind = sampleOf(entry).effect ?? entry.name;
        const fresh = sandbox.ledger.effects(entry.provider).slice(effectsBefore);
        return fresh.filter((effect) => effect.kind === kind).length;
      },
      writes: () => countWrites() - writesBefore,
      look,
      find: async () => {
        const reading = await look();
        if (reading.kind !== 'found') throw new Error(`${reading.kind}: ${reading.failure.message}`);
        return reading.target;
      },
      execute: async (target) => {
        const prepared = await bound.prepare(writer, target);
        return prepared.ok ? bound.execute(writer, target, prepared.value, context) : fail(prepared.failure);
      },
    };
  }

  return {
    sandbox,
    /** A row on a thing of its own. */
    start: (entry: CatalogueEntry, options: StartOptions = {}): ContractRow => {
      rows += 1;
      const { done = false, there = true } = options;
      const args = toJson(entry.schema.parse({ ...sampleArgs(entry, rows), ...options.cells }));
      if (there) {
        const cells = { Name: `[test] ${rows}` };
        sandbox.fill([{ provider: entry.provider, operation: entry.name, values: args, cells, done }]);
      }
      return openRow(entry, rows, args, options.environment ?? {});
    },
    strike: (entry: CatalogueEntry, fault: Fault, write = true) =>
      sandbox.setFaults([{ match: { service: entry.provider, write }, times: 1, fault }]),
    /** Lets the member see the row's task, where not everybody does. */
    showToMember: async (row: ContractRow): Promise<void> => {
      if (row.entry.provider !== 'bitrix24') return;
      const update = findEntry('bitrix24', 'update');
      const { id } = await row.find();
      const args = toJson(update.schema.parse({ task_id: id, auditors: bitrix24Member }));
      const shown = row.connection.bind('update', args);
      expect(await shown.execute(row.writer, null, {}, rowContext())).toMatchObject({ ok: true });
    },
    /** The name of the variable that holds the credential. */
    credentialOf: ({ provider }: CatalogueEntry): string => Object.keys(memberVariables[provider] ?? {})[0] ?? '',
    calmDown: async () => {
      sandbox.setFaults([]);
      for (const connected of open.splice(0)) await connected.close();
    },
    close: () => sandbox.close(),
  };
}
export type Rows = Awaited<ReturnType<typeof serveRows>>;

/** The failure, which must say what happened and what to do next. */
export function failureOf(result: Result<Done>): Failure {
  if (result.ok) throw new Error('it succeeded');
  expect(result.failure.message).toMatch(/\.$/);
  expect(result.failure.suggestedAction).toMatch(/^[A-Z].*\.$/s);
  return result.failure;
}

export const titled = (entries: readonly CatalogueEntry[]) =>
  entries.map((entry) => ({ title: `${entry.provider}.${entry.name}`, entry }));
