import { shellWord } from '../shell-word.js';
import type { RunRecord, RunSettings } from '../state/run-record.js';

/**
 * What to type to plan the same rows in the same way again; without the guard that stopped the run, of which the number
 * is to be thought over. The state folder is added by `withStateDir`.
 */
export function planCommand({
  manifest,
  settings,
  sandbox,
  parent,
  stop,
}: Pick<RunRecord, 'settings' | 'sandbox' | 'parent' | 'stop'> & {
  readonly manifest: Pick<RunRecord['manifest'], 'name'>;
}): string {
  // The rows of a retry are those that its parent left, and not all of the manifest's.
  if (parent !== null) return `taskbatch retry ${parent}`;
  const flags = [
    ...(settings.job === null ? [] : [['--job', settings.job]]),
    ...(settings.typed === undefined ? flagsOf(settings) : typedFlags(settings.typed, stop?.reason ?? null)),
    ...(sandbox ? [['--sandbox']] : []),
  ];
  // What came through a pipe is not there any more.
  const file = manifest.name === '-' ? 'FILE' : shellWord(manifest.name);
  return ['taskbatch plan', file, ...flags.map((words) => words.map(shellWord).join(' '))].join(' ');
}

type Flag = readonly string[];

/** The flags of a guard, by the reason of the stop that it makes. */
const guardFlags: Readonly<Record<string, string>> = { MAX_ROWS: 'max-rows', EXPECT: 'expect' };

function typedFlags(typed: Readonly<Record<string, string>>, stopReason: string | null): Flag[] {
  const left = stopReason === null ? undefined : guardFlags[stopReason];
  return Object.entries(typed)
    .filter(([name]) => name !== left)
    .map(([name, value]) => (value === '' ? [`--${name}`] : [`--${name}`, value]));
}

/** Of a run whose flags were not kept: what its settings say, unless the job may have said it. */
function flagsOf({ job, provider, operation, columns, ...settings }: RunSettings): Flag[] {
  const { where, rows, skipInvalid, allowNameSearch, maxRows, expect, look } = settings;
  const named = Object.entries(columns).map((pair) => pair.join('='));
  const ranges = (rows ?? []).map(([first, last]) =>
    first === last ? String(first) : `${first}-${last === Number.MAX_SAFE_INTEGER ? '' : last}`,
  );
  return [
    ...(provider === null || job !== null ? [] : [['--provider', provider]]),
    ...(operation === null || job !== null ? [] : [['--operation', operation]]),
    ...(named.length === 0 || job !== null ? [] : [['--columns', named.join(',')]]),
    ...(where === null ? [] : [['--where', where]]),
    ...(ranges.length === 0 ? [] : [['--rows', ranges.join(',')]]),
    ...(maxRows === null ? [] : [['--max-rows', String(maxRows)]]),
    ...(expect === null ? [] : [['--expect', expectWord(expect)]]),
    ...(look === 'all' ? [] : [['--look', look]]),
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
