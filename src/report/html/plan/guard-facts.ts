import type { RunSettings } from '../../../run/run-record.js';
import { formatSpan } from '../../../ui/format-numbers.js';
import { guardParts } from '../../../ui/guard-text.js';
import type { FactPart, RunFact } from '../../run-facts.js';

/** What a plan was made by and is held to. */
export function guardFacts(settings: RunSettings): RunFact[] {
  const told: readonly (readonly FactPart[])[] = [
    ...guardParts(settings),
    [`a plan may be applied for ${formatSpan(settings.planExpiresAfterMs)}`],
  ];
  return told.map((parts, index) => ({ label: index === 0 ? 'Guards' : '', parts }));
}
