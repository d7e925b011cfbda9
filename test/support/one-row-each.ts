/** A run of many operations, one row each on a thing of its own, by the real command line in this process and over HTTP. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CliContext } from '../../src/cli/context.js';
import { textField } from '../../src/json.js';
import type { CatalogueEntry } from '../../src/providers/provider.js';
import type { FaultRule } from '../../src/sandbox/faults.js';
import type { Sandbox } from '../../src/sandbox/host.js';
import { sampleArgs, sampleOf } from '../contract/samples.js';
import { lookAt } from '../torture/run-look.js';
import { createWorkplace } from './bin.js';
import { callCli } from './cli.js';
import type { createHastyClock } from './hasty-clock.js';

export interface RowOutcome {
  readonly name: string;
  readonly state: string;
  readonly outcome: string | null;
  readonly attempts: number;
  /** How often the service did what the row asks for. */
  readonly effects: number;
  readonly message: string | null;
}

export interface RunOptions {
  readonly sandbox: Sandbox;
  readonly clock: ReturnType<typeof createHastyClock>;
  /** What the writes of a row meet; `match` is filled in. */
  readonly faults: (entry: CatalogueEntry) => readonly Omit<FaultRule, 'match'>[];
  readonly cells?: Readonly<Record<string, unknown>>;
  readonly flags?: readonly string[];
  readonly changes?: Partial<CliContext>;
}

/** Rows so far: no two of them have a thing in common. */
let made = 0;

/** Runs a row of each operation. Rows of Bitrix24 may share a request: for faults to hit one alone, name one of them. */
export async function runOneRowEach(entries: readonly CatalogueEntry[], options: RunOptions): Promise<RowOutcome[]> {
  const { sandbox, clock } = options;
  const workplace = createWorkplace();
  try {
    const rows = entries.map((entry) => {
      made += 1;
      const title = `Row ${made}`;
      const given = sampleArgs(entry, made);
      const args = {
        ...given,
        ...('title' in given && { title }),
        ...('name' in given && { name: title }),
        ...options.cells,
      };
      const ref = entry.target(args);
      const name = ref?.id ?? title;
      // What the write names: ClickUp's deletion of a comment says nothing of its task.
      const written = textField(args, 'comment_id') ?? name;
      return { entry, args, name, written, isMade: ref === null };
    });
    sandbox.fill(
      rows.map(({ entry, args }) => ({
        provider: entry.provider,
        operation: entry.name,
        values: args,
        cells: {},
        done: false,
      })),
    );
    sandbox.setFaults(
      rows.flatMap(({ entry, written }) =>
        options
          .faults(entry)
          .map((rule) => ({ ...rule, match: { service: entry.provider, write: true, target: written } })),
      ),
    );
    const before = sandbox.ledger.effects().length;
    const lines = rows.map(({ entry, args }) =>
      JSON.stringify({ ...args, provider: entry.provider, operation: entry.name }),
    );
    writeFileSync(join(workplace.dir, 'rows.jsonl'), `${lines.join('\n')}\n`);
    const place = { cwd: workplace.dir, environment: { ...workplace.environment, ...sandbox.environment } };
    const flags = ['--rate', '0', '--concurrency', '20', '--yes', '--no-progress', ...(options.flags ?? [])];
    await callCli(['run', 'rows.jsonl', ...flags], place, { clock, ...options.changes });
    const ends = lookAt(join(workplace.runFolder(), 'run.db')).rows;
    const effects = await tellEffects(sandbox, before);
    return rows.map(({ entry, name, isMade }, index) => {
      const end = ends[index];
      const kind = sampleOf(entry).effect ?? entry.name;
      const key = `${entry.provider} ${kind} ${name}`;
      return {
        name: `${entry.provider}.${entry.name}`,
        state: end?.state ?? 'missing',
        outcome: end?.outcome ?? null,
        attempts: end?.attempts ?? 0,
        effects: effects.filter((effect) => effect === (isMade ? `${key} (made)` : key)).length,
        message: end?.message ?? null,
      };
    });
  } finally {
    workplace.remove();
  }
}

/** `clickup delete 86c000001`, or for what was made `clickup create Row 3 (made)`. */
async function tellEffects(sandbox: Sandbox, from: number): Promise<string[]> {
  const fresh = sandbox.ledger.effects().slice(from);
  return Promise.all(
    fresh.map(async ({ service, kind, target }) => {
      if (kind !== 'create') return `${service} ${kind} ${target}`;
      const thing: unknown = await (await fetch(`${sandbox.origin}/_sandbox/inspect/${service}/${target}`)).json();
      return `${service} ${kind} ${textField(thing, 'title') ?? textField(thing, 'name') ?? '?'} (made)`;
    }),
  );
}
