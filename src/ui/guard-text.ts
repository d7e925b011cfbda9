/** What a plan was made by and is held to, in words: conditions, bounds, and what executing it takes. */
import { countOf } from '../format-numbers.js';
import type { OtherLetters } from '../plan/other-letters.js';
import type { RunSettings } from '../state/run-record.js';

/** A piece of such a sentence: words of ours, a condition, or a name that somebody gave. */
export type GuardPart = string | { readonly code: string } | { readonly name: string };

/** One sentence a guard; none where nothing guards. */
export function guardParts(settings: RunSettings): GuardPart[][] {
  const told: readonly (GuardPart[] | null)[] = [
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
  ];
  return told.filter((parts) => parts !== null);
}

/** That nothing guards is told too: whoever approves should not have to guess. */
export const noGuards = 'none: neither the job nor the command bounds these rows';

/** The same on one line. */
export function guardText(settings: RunSettings): string {
  const sentences = guardParts(settings).map((parts) => parts.map(plainPart).join(''));
  return sentences.length === 0 ? noGuards : sentences.join('; ');
}

function plainPart(part: GuardPart): string {
  if (typeof part === 'string') return part;
  return 'code' in part ? part.code : part.name;
}

function rule(words: string, condition: string | null): GuardPart[] | null {
  return condition === null ? null : [words, { code: condition }];
}

function name(words: string, value: string | null): GuardPart[] | null {
  return value === null ? null : [words, { name: value }];
}

function expectText(expect: NonNullable<RunSettings['expect']>): string {
  if (typeof expect === 'number') return countOf(expect, 'row');
  return Object.entries(expect)
    .map(([operation, rows]) => `${operation} ${rows}`)
    .join(', ');
}

function stopText({ stopAfterFailed, stopAfterPercent }: RunSettings): GuardPart[] | null {
  const bounds = [
    ...(stopAfterFailed === null ? [] : [countOf(stopAfterFailed, 'failed row')]),
    ...(stopAfterPercent === null ? [] : [`${stopAfterPercent} % failed`]),
  ];
  return bounds.length === 0 ? null : [`stops after ${bounds.join(' or ')}`];
}

/** Of a rule that would mean a task, were it not for capitals. */
export function otherLettersText({ rule, field, text, found }: OtherLetters): string {
  const there = found.slice(0, 5).map((one) => JSON.stringify(one));
  return `The job's \`${rule}\` asks for task.${field} ${JSON.stringify(text)}, which no task of the plan has: there is ${there.join(', ')}, and capitals count.`;
}
