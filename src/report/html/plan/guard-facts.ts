import { formatSpan } from '../../../format-numbers.js';
import type { RunSettings } from '../../../state/run-record.js';
import { guardParts, noGuards } from '../../../ui/guard-text.js';
import type { FactPart, RunFact } from '../../run-facts.js';

/** What a plan was made by and is held to. */
export function guardFacts(settings: RunSettings): RunFact[] {
  const guards = guardParts(settings);
  const told: readonly (readonly FactPart[])[] = [
    ...(guards.length === 0 ? [[noGuards]] : guards),
    [`a plan may be applied for ${formatSpan(settings.planExpiresAfterMs)}`],
  ];
  return told.map((parts, index) => ({ label: index === 0 ? 'Guards' : '', parts }));
}
