import { ManifestError } from '../errors.js';
import type { CatalogueEntry } from './provider.js';
import { findOperation, findProvider } from './registry.js';

/** The catalogue entry of a stored row's operation. */
export function entryOf(provider: string, operation: string): CatalogueEntry {
  const entry = findOperation(provider, operation);
  if (entry !== null) return entry;
  const known =
    findProvider(provider) === null ? `There is no service ${provider}` : `${provider} has no operation ${operation}`;
  throw new ManifestError(`${known} in this version of taskbatch.`, {
    code: 'UNKNOWN_OPERATION',
    fix: 'Use the version that made this run.',
  });
}
