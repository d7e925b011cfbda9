/** The providers there are: a new one is a folder beside this file and a line here. */
import { bitrix24 } from './bitrix24/provider.js';
import { clickup } from './clickup/provider.js';
import type { CatalogueEntry, Provider } from './provider.js';
import { tallyfy } from './tallyfy/provider.js';

export const providers: readonly Provider[] = [tallyfy, clickup, bitrix24];

export function findProvider(name: string): Provider | null {
  return providers.find((provider) => provider.name === name) ?? null;
}

export function findOperation(providerName: string, operationName: string): CatalogueEntry | null {
  return findProvider(providerName)?.operations.find((operation) => operation.name === operationName) ?? null;
}
