import { shellWord } from '../shell-word.js';
import type { RunRecord, RunSettings } from './run-record.js';

/** What to type to plan the same manifest in the same way again. The state folder is added by `withStateDir`. */
export function planCommand({
  manifest,
  settings,
  sandbox,
}: Pick<RunRecord, 'manifest' | 'settings' | 'sandbox'>): string {
  const flags = [
    ...(settings.job === null ? [] : [['--job', settings.job]]),
    ...ofTheManifest(settings),
    ...guardsAndChoices(settings),
    ...(sandbox ? [['--sandbox']] : []),
  ];
  // What came through a pipe is not there any more.
  const file = manifest.name === '-' ? 'FILE' : shellWord(manifest.name);
  return ['taskbatch plan', file, ...flags.map((words) => words.map(shellWord).join(' '))].join(' ');
}

type Flag = readonly string[];

/** What was typed of it; where nothing tells, what the settings say, unless a job says it. */
function ofTheManifest({ job, provider, operation, columns, typed }: RunSettings): Flag[] {
  if (typed !== undefined) {
    return [
      ...(typed.provider === undefined ? [] : [['--provider', typed.provider]]),
      ...(typed.operation === undefined ? [] : [['--operation', typed.operation]]),
      ...(typed.columns === undefined ? [] : [['--columns', typed.columns]]),
      ...(typed.canary === undefined ? [] : [['--canary', typed.canary]]),
      ...(typed.stopAfter === undefined ? [] : [['--stop-after', typed.stopAfter]]),
    ];
  }
  if (job !== null) return [];
  const named = Object.entries(columns).map((pair) => pair.join('='));
  return [
    ...(provider === null ? [] : [['--provider', provider]]),
    ...(operation === null ? [] : [['--operation', operation]]),
    ...(named.length === 0 ? [] : [['--columns', named.join(',')]]),
  ];
}

/** What a flag may have said beside a job. Where it was the job, saying it again changes nothing. */
function guardsAndChoices(settings: RunSettings): Flag[] {
  const { where, rows, skipInvalid, allowNameSearch, maxRows, expect, look } = settings;
  const ranges = (rows ?? []).map(([first, last]) =>
    first === last ? String(first) : `${first}-${last === Number.MAX_SAFE_INTEGER ? '' : last}`,
  );
  return [
    ...(where === null ? [] : [['--where', where]]),
    ...(ranges.length === 0 ? [] : [['--rows', ranges.join(',')]]),
    ...(maxRows === null ? [] : [['--max-rows', String(maxRows)]]),
    ...(expect === null ? [] : [['--expect', expectWord(expect)]]),
    ...(look === 'none' ? [['--look', look]] : []),
    ...(skipInvalid ? [['--skip-invalid']] : []),
    ...(allowNameSearch ? [['--allow-name-search']] : []),
  ];
}

function expectWord(expect: NonNullable<RunSettings['expect']>): string {
  if (typeof expect === 'number') return String(expect);
  return Object.entries(expect)
    .map((pair) => pair.join('='))
    .join(',');
}
