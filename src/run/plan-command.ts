import { shellWord } from '../shell-word.js';
import type { RunRecord, RunSettings } from './run-record.js';

/** What to type to plan the same manifest in the same way again. The state folder is added by `withStateDir`. */
export function planCommand({
  manifest,
  settings,
  sandbox,
}: Pick<RunRecord, 'manifest' | 'settings' | 'sandbox'>): string {
  const flags = [...(settings.job === null ? ofTheManifest(settings) : [['--job', settings.job]]), ...always(settings)];
  if (sandbox) flags.push(['--sandbox']);
  return ['taskbatch plan', shellWord(manifest.name), ...flags.map((words) => words.map(shellWord).join(' '))].join(
    ' ',
  );
}

type Flag = readonly string[];

/** What a job says, where there is one. */
function ofTheManifest({ provider, operation, columns }: RunSettings): Flag[] {
  const named = Object.entries(columns).map((pair) => pair.join('='));
  return [
    ...(provider === null ? [] : [['--provider', provider]]),
    ...(operation === null ? [] : [['--operation', operation]]),
    ...(named.length === 0 ? [] : [['--columns', named.join(',')]]),
  ];
}

/** What a flag may have said beside a job. Where it was the job, saying it again changes nothing. */
function always(settings: RunSettings): Flag[] {
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
