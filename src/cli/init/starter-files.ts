/** What `init` writes, as texts: a job, a manifest with nothing but its header, and the names of the variables. */
import { stringify } from 'csv-stringify/sync';
import type { CatalogueEntry, Provider } from '../../providers/provider.js';

export interface StarterFile {
  /** Relative to the working directory. */
  readonly path: string;
  readonly about: string;
  readonly text: string;
  /** Whether one that is there already serves as well, and is left as it is. */
  readonly sharable: boolean;
}

export function starterFiles(name: string, provider: Provider, entry: CatalogueEntry): StarterFile[] {
  return [
    {
      path: `jobs/${name}.yaml`,
      about: 'the job: what the rows ask for, within which limits and guards',
      text: jobText(provider, entry),
      sharable: false,
    },
    {
      path: `${name}.csv`,
      about: 'the manifest: its header; your rows go below it',
      text: stringify([Object.keys(entry.schema.shape)]),
      sharable: false,
    },
    {
      path: '.env.example',
      about: 'the variables of the service, without values; copy it to .env and fill that in',
      text: environmentText(provider),
      sharable: true,
    },
  ];
}

function jobText({ title, profile }: Provider, entry: CatalogueEntry): string {
  const [column = 'task_id'] = Object.keys(entry.schema.shape);
  // What can't be taken back begins with a guard; whoever means other tasks takes it out.
  const guarded = entry.risk === 'irreversible' && entry.makes === null;
  const lines: ReadonlyArray<readonly [text: string, remark: string]> = [
    [`provider: ${entry.provider}`, ''],
    [`operation: ${entry.name}`, `${entry.risk}. ${entry.summary}`],
    [`# columns: { ${column}: "ID" }`, 'where your file has other names than the operation'],
    ['# when: row.environment == "test"', 'CEL over the row; where it is false, the row is skipped'],
    [
      `${guarded ? '' : '# '}only: task.name.startsWith("[test]")`,
      'CEL over the live task; where it is false, the row is blocked',
    ],
    [
      `limits: { requests_per_minute: ${profile.requestsPerMinute}, concurrency: ${Math.min(4, profile.concurrency)} }`,
      '',
    ],
    ['guards: { max_rows: 500, stop_after: { failed: 20, percent: 10 } }', ''],
    ...(entry.makes === null ? [['snapshot: true', 'keep each target as it was'] as const] : []),
  ];
  const width = Math.max(...lines.filter(([, remark]) => remark !== '').map(([text]) => text.length));
  const told = lines.map(([text, remark]) => (remark === '' ? text : `${text.padEnd(width)}  # ${remark}`));
  return [`# ${title}: ${entry.name}. Written by taskbatch init; it is yours to change.`, ...told, ''].join('\n');
}

function environmentText({ title, variables }: Provider): string {
  const lines = variables.flatMap(({ name, required, purpose }) => [
    `# ${required ? `${purpose.charAt(0).toUpperCase()}${purpose.slice(1)}` : `Optional: ${purpose}`}`,
    required ? `${name}=` : `# ${name}=`,
  ]);
  return [`# ${title}. Copy this file to .env and fill that in; keep .env out of version control.`, ...lines, ''].join(
    '\n',
  );
}
