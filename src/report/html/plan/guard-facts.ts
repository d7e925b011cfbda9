/** What a plan was made by and is held to, in words: conditions, bounds, and what executing it takes. */
import type { RunSettings } from '../../../run/run-record.js';
import { countOf, formatSpan } from '../../../ui/format-numbers.js';
import type { FactPart, RunFact } from '../../run-facts.js';

export function guardFacts(settings: RunSettings): RunFact[] {
  const told: readonly (readonly FactPart[] | null)[] = [
    rule('rows are skipped unless ', settings.when),
    rule('rows are skipped unless ', settings.where),
    rule('rows are blocked unless ', settings.only),
    rule('one row stops the run before anything is sent: ', settings.never),
    settings.maxRows === null ? null : [`at most ${countOf(settings.maxRows, 'row')}`],
    settings.maxShare === null ? null : [`at most ${settings.maxShare} % of a list`],
    settings.expect === null ? null : [`expected: ${expectText(settings.expect)}`],
    name('only for tenant ', settings.tenant),
    name('only for user ', settings.user),
    stopText(settings),
    settings.confirm === 'expect' ? ['executing takes --expect'] : null,
    settings.confirm === 'plan' ? ['only a reviewed plan is executed'] : null,
    [`a plan may be applied for ${formatSpan(settings.planExpiresAfterMs)}`],
  ];
  return told.filter((parts) => parts !== null).map((parts, index) => ({ label: index === 0 ? 'Guards' : '', parts }));
}

function rule(words: string, condition: string | null): FactPart[] | null {
  return condition === null ? null : [words, { code: condition }];
}

function name(words: string, value: string | null): FactPart[] | null {
  return value === null ? null : [words, { name: value }];
}

function expectText(expect: NonNullable<RunSettings['expect']>): string {
  if (typeof expect === 'number') return countOf(expect, 'row');
  return Object.entries(expect)
    .map(([operation, rows]) => `${operation} ${rows}`)
    .join(', ');
}

function stopText({ stopAfterFailed, stopAfterPercent }: RunSettings): FactPart[] | null {
  const bounds = [
    ...(stopAfterFailed === null ? [] : [countOf(stopAfterFailed, 'failed row')]),
    ...(stopAfterPercent === null ? [] : [`${stopAfterPercent} % failed`]),
  ];
  return bounds.length === 0 ? null : [`stops after ${bounds.join(' or ')}`];
}
