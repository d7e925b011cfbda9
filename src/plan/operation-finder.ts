/** Which operation a row asks for: its own cells first, else the job's. */
import { normaliseColumnName } from '../manifest/column-names.js';
import { suggestName } from '../manifest/suggest-name.js';
import type { CatalogueEntry, Provider } from '../providers/provider.js';

export type Found =
  | { readonly entry: CatalogueEntry }
  | { readonly reason: string; readonly fix: string; readonly column: 'provider' | 'operation' };

export interface OperationFinder {
  /** Whether rows can differ in their operation. */
  readonly mixed: boolean;
  /** The operations that rows of this manifest may ask for. */
  readonly candidates: readonly CatalogueEntry[];
  find(cells: readonly (string | null | undefined)[]): Found;
}

/**
 * @param defaults the job's provider and operation; the operation may carry its provider (`clickup.delete`).
 */
export function createOperationFinder(
  providers: readonly Provider[],
  headers: readonly string[],
  defaults: { provider: string | null; operation: string | null },
): OperationFinder {
  const normalised = headers.map(normaliseColumnName);
  const providerAt = normalised.indexOf('provider');
  const operationAt = normalised.indexOf('operation');
  const known = new Map<string, Found>();
  const find = (providerText: string, operationText: string): Found => {
    const key = `${providerText}\n${operationText}`;
    const cached = known.get(key);
    if (cached !== undefined) return cached;
    const found = findOperation(providers, providerText, operationText);
    if (known.size < 10_000) known.set(key, found);
    return found;
  };
  const own = find(defaults.provider ?? '', defaults.operation ?? '');
  const mixed = providerAt !== -1 || operationAt !== -1;
  return {
    mixed,
    candidates: mixed
      ? providers
          .filter(({ name }) => defaults.provider === null || name === defaults.provider)
          .flatMap((p) => p.operations)
      : 'entry' in own
        ? [own.entry]
        : [],
    find: (cells) => {
      if (!mixed) return own;
      const provider = cellAt(cells, providerAt) || (defaults.provider ?? '');
      return find(provider, cellAt(cells, operationAt) || (defaults.operation ?? ''));
    },
  };
}

function cellAt(cells: readonly (string | null | undefined)[], index: number): string {
  return index === -1 ? '' : (cells[index] ?? '').trim().toLowerCase();
}

/** Finds an operation by the words that a person gave for service and operation. */
export function findOperation(providers: readonly Provider[], providerText: string, operationText: string): Found {
  const dot = operationText.indexOf('.');
  const providerName = dot > 0 ? operationText.slice(0, dot) : providerText;
  const operationName = dot > 0 ? operationText.slice(dot + 1) : operationText;
  if (operationName === '') {
    return {
      reason: 'no operation is named',
      fix: 'Add an operation column, or name it: --operation delete',
      column: 'operation',
    };
  }
  const provider = providers.find(({ name }) => name === providerName);
  if (provider === undefined) {
    const names = providers.map(({ name }) => name);
    const hint = suggestName(providerName, names);
    if (providerName === '') {
      return { reason: 'no service is named', fix: `Say which: --provider ${names.join('|')}`, column: 'provider' };
    }
    return {
      reason: `there is no service ${JSON.stringify(providerName)}`,
      fix: hint === null ? `Use one of ${names.join(', ')}.` : `Did you mean ${hint}?`,
      column: 'provider',
    };
  }
  const entry = provider.operations.find(({ name }) => name === operationName);
  if (entry !== undefined) return { entry };
  const names = provider.operations.map(({ name }) => name);
  const hint = suggestName(operationName, names);
  return {
    reason: `${provider.name} has no operation ${JSON.stringify(operationName)}`,
    fix: hint === null ? `It has ${names.join(', ')}.` : `Did you mean ${hint}?`,
    column: 'operation',
  };
}
