import { z } from 'zod';
import type { JsonObject } from '../../src/json.js';
import { columnFacts } from '../../src/providers/columns.js';
import type { CatalogueEntry } from '../../src/providers/provider.js';
import { providers } from '../../src/providers/registry.js';

/** Every operation of every provider: what the contract holds for. A new one is here as soon as it is listed. */
export const catalogue: readonly CatalogueEntry[] = providers.flatMap((provider) => provider.operations);

/** Ids that the service could have given, none twice. */
const mintId: Readonly<Record<string, (n: number) => string>> = {
  tallyfy: (n) => `a${n.toString(16).padStart(31, '0')}`,
  clickup: (n) => `86c${n.toString(36).padStart(6, '0')}`,
  bitrix24: (n) => String(70_000 + n),
};

/** The same for comments that are deleted: each row has one of its own. */
const mintCommentId: Readonly<Record<string, (n: number) => string>> = {
  tallyfy: (n) => `c${n.toString(16).padStart(31, '0')}`,
  clickup: (n) => String(90_110_300_000_000 + n),
};

/** What the suite needs to know of an operation beyond its columns and their examples. */
export interface Sample {
  /** Cells that a row needs beside those that its schema requires. */
  readonly cells?: Readonly<Record<string, unknown>>;
  /** What the sandbox's ledger calls the effect, where that is not the operation's name. */
  readonly effect?: string;
  /** False where a task does not show that it is so already: a comment can be made twice. */
  readonly showsDone?: boolean;
  /** False where a reading that does not show the effect is no proof that there is none: the row stays unknown. */
  readonly absenceProves?: boolean;
  /** What a delete of something that went away comes to; `done` where the service answers it like the first. */
  readonly gone?: 'already' | 'done';
  /** Whether everybody who sees the thing may do it. */
  readonly anyoneMay?: boolean;
  /** For what makes a thing: cells that name a place which is not there. */
  readonly absentPlace?: Readonly<Record<string, unknown>>;
  /** The column that names the target; default `task_id`. */
  readonly mint?: string;
}

const clickUpSamples: Readonly<Record<string, Sample>> = {
  'clickup.create': { cells: { list_id: '901000000002' }, absentPlace: { list_id: '901999999999' } },
  'clickup.set-status': { effect: 'update' },
  'clickup.assign': { cells: { assignees: 81234568 }, effect: 'update' },
  'clickup.unassign': { cells: { assignees: '81234568' }, effect: 'update' },
  'clickup.comment': { showsDone: false },
  // A comment that is not there may be one that never was.
  'clickup.delete-comment': { showsDone: false },
  'clickup.set-field': { cells: { value: 'staging' } },
  'clickup.move': { cells: { to_list_id: '901000000004' } },
  'clickup.update': { cells: { name: 'Renamed' } },
};

const tallyfySamples: Readonly<Record<string, Sample>> = {
  'tallyfy.create': { absenceProves: false, absentPlace: { run_id: 'e'.repeat(32) } },
  'tallyfy.update': { cells: { title: 'Another title' } },
  'tallyfy.set-fields': { cells: { fields: { Comment: 'Paid in full' } } },
  'tallyfy.comment': { showsDone: false, absenceProves: false },
  'tallyfy.delete-comment': { showsDone: false },
  'tallyfy.report-problem': { absenceProves: false },
  'tallyfy.archive-run': { mint: 'run_id' },
  'tallyfy.restore-run': { mint: 'run_id' },
  'tallyfy.delete-run': { mint: 'run_id' },
  'tallyfy.delete-tag': { mint: 'tag_id', gone: 'done' },
};

const bitrix24Samples: Readonly<Record<string, Sample>> = {
  'bitrix24.create': { anyoneMay: true },
  'bitrix24.update': { cells: { title: 'Renamed' } },
  'bitrix24.comment': { showsDone: false, absenceProves: false, anyoneMay: true },
};

const samples: Readonly<Record<string, Sample>> = { ...clickUpSamples, ...tallyfySamples, ...bitrix24Samples };

export function sampleOf(entry: Pick<CatalogueEntry, 'provider' | 'name'>): Sample {
  return samples[`${entry.provider}.${entry.name}`] ?? {};
}

/** The values of a row that names only what must be named, by the columns' own examples; its task is the n-th. */
export function sampleArgs(entry: CatalogueEntry, n: number): JsonObject {
  const cells = Object.entries(entry.schema.shape).flatMap(([column, schema]): Array<[string, unknown]> => {
    const isRequired = !z.core.safeParse(schema, undefined).success;
    if (column === (sampleOf(entry).mint ?? 'task_id')) return [[column, mintId[entry.provider]?.(n)]];
    if (column === 'comment_id') return [[column, mintCommentId[entry.provider]?.(n)]];
    const given = sampleOf(entry).cells?.[column];
    if (given !== undefined) return [[column, given]];
    return isRequired ? [[column, columnFacts(schema)?.example]] : [];
  });
  return toJson(entry.schema.parse(Object.fromEntries(cells)));
}

export function toJson(value: unknown): JsonObject {
  return JSON.parse(JSON.stringify(value));
}

export function findEntry(provider: string, operation: string): CatalogueEntry {
  const found = catalogue.find((entry) => entry.provider === provider && entry.name === operation);
  if (found === undefined) throw new Error(`${provider} has no operation ${operation}`);
  return found;
}

/** Operations on something that is there before: a task, a run, a tag. */
export const targetOperations = catalogue.filter((entry) => entry.target(sampleArgs(entry, 0)) !== null);
