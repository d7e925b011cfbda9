import { z } from 'zod';
import type { JsonObject } from '../../src/json.js';
import { columnFacts } from '../../src/providers/columns.js';
import type { CatalogueEntry } from '../../src/providers/provider.js';
import { providers } from '../../src/providers/registry.js';

/** Every operation of every provider: what the contract holds for. A new one is here as soon as it is listed. */
export const catalogue: readonly CatalogueEntry[] = providers.flatMap((provider) => provider.operations);

/** Ids that the service could have given, none twice. */
const mintId: Readonly<Record<string, (n: number) => string>> = {
  tallyfy: (n) => n.toString(16).padStart(32, 'a'),
  clickup: (n) => `86c${n.toString(36).padStart(6, '0')}`,
  bitrix24: (n) => String(70_000 + n),
};

/** The values of a row that names only what must be named, by the columns' own examples; its task is the n-th. */
export function sampleArgs(entry: CatalogueEntry, n: number): JsonObject {
  const cells = Object.entries(entry.schema.shape).flatMap(([column, schema]) => {
    const isRequired = !z.core.safeParse(schema, undefined).success;
    if (column === 'task_id') return [[column, mintId[entry.provider]?.(n)]];
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

/** Operations on a task that is there before. */
export const taskOperations = catalogue.filter((entry) => entry.target(sampleArgs(entry, 0))?.kind === 'task');
