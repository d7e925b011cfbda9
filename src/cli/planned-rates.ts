import { providers } from '../providers/registry.js';
import type { RunSettings } from '../run/run-record.js';

/** The rates that a run will be executed at, without connecting: for showing a saved plan. */
export function plannedRates(settings: Pick<RunSettings, 'requestsPerMinute'>): Map<string, number> {
  return new Map(providers.map(({ name, profile }) => [name, settings.requestsPerMinute ?? profile.requestsPerMinute]));
}
