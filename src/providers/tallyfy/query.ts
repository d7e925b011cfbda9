/** Tallyfy's tasks by query, for exports: `GET /runs/{run}/tasks` or `GET /tasks` (list pages, 2026-07-19). */
import { UsageError } from '../../errors.js';
import { type Failure, fail, localFailure, type Result, succeed } from '../../failure.js';
import type { Reader } from '../http.js';
import { type QueryParameter, queryFlag, type TaskQuery } from '../provider.js';
import type { TargetView } from '../target.js';
import type { TallyfyConfig } from './config.js';
import { parseHexId } from './hex-id.js';
import { type ListRequest, readPages } from './list-pages.js';
import { isEmail, readUserId } from './owners.js';
import { viewTask } from './task-view.js';
import { organizationPath, withIncludes } from './tasks.js';

const orgStatuses = [
  'active',
  'complete',
  'completed',
  'incomplete',
  'inprogress',
  'overdue',
  'due_soon',
  'hasproblem',
] as const;
const runStatuses = [...orgStatuses, 'active_visible', 'not-started'] as const;

/** Gives the value as Tallyfy takes it, or why it would be refused or ignored. */
type Check = (value: string, ofRun: boolean) => { readonly value: string } | { readonly reason: string };

interface Filter extends QueryParameter {
  /** The parameter's name in the request. */
  readonly as: string;
  /** Whether the list of a run takes it too. */
  readonly ofRun: boolean;
  readonly check: Check;
}

const asWritten: Check = (value) => ({ value });
const filters: readonly Filter[] = [
  filter('q', 'Words in the title; not with run-id.', asWritten, { scope: true, ofRun: false }),
  filter('status', `One of ${runStatuses.join(', ')}; the last two with run-id only.`, checkStatus),
  filter('owners', 'Numbers of members, with commas between.', eachOf(isUser, 'number of a member'), { scope: true }),
  filter('guests', 'E-mails of guests, with commas between.', eachOf(isEmail, 'e-mail'), { scope: true }),
  filter('groups', 'Ids of groups, with commas between.', eachOf(isHexId, 'id of a group'), { scope: true }),
  filter('tag', 'The title of a tag; not with run-id.', asWritten, { scope: true, ofRun: false }),
  filter('folder', 'The id of a folder; not with run-id.', eachOf(isHexId, 'id of a folder'), {
    scope: true,
    ofRun: false,
  }),
  filter('archived', 'true adds archived tasks, only shows no others; not with run-id.', oneOf('true', 'only'), {
    ofRun: false,
  }),
  filter('is-oneoff', 'true for one-off tasks, false for tasks of runs; not with run-id.', oneOf('true', 'false'), {
    ofRun: false,
  }),
  filter('unassigned', 'true for tasks without assignees.', oneOf('true')),
  filter('created', 'A day, YYYY-MM-DD, or two with : between; not with run-id.', checkDays, { ofRun: false }),
  filter('deadline-on', 'The day on which tasks are due, YYYY-MM-DD; wins over the other two.', checkDay),
  filter('deadline-before', 'Due before this day, YYYY-MM-DD.', checkDay),
  filter('deadline-after', 'Due after this day, YYYY-MM-DD.', checkDay),
];

const runParameter: QueryParameter = {
  name: 'run-id',
  about: 'The id of the run (process) whose tasks are meant.',
  scope: true,
};

export const tallyfyQuery: TaskQuery<TallyfyConfig> = {
  parameters: [runParameter, ...filters.map(({ name, about, scope }) => ({ name, about, scope }))],
  pages: (config, reader, values) => readTaskPages(reader, listRequest(config, values)),
};

function filter(
  name: string,
  about: string,
  check: Check,
  rules: { readonly scope?: boolean; readonly ofRun?: boolean } = {},
): Filter {
  const { scope = false, ofRun = true } = rules;
  return { name, as: name.replaceAll('-', '_'), about, check, scope, ofRun };
}

/** @throws {UsageError} for what Tallyfy would refuse, or worse, ignore and answer everything. */
function listRequest(config: TallyfyConfig, values: Readonly<Record<string, string>>): ListRequest {
  const runId = values[runParameter.name];
  const run = runId === undefined ? null : parseHexId(runId.trim());
  if (run !== null && 'reason' in run) throw refusal(runParameter.name, run.reason, 'Copy the id from Tallyfy again.');
  const query: Array<readonly [string, string]> = [];
  for (const [name, text] of Object.entries(values)) {
    if (name === runParameter.name) continue;
    const known = filters.find((one) => one.name === name);
    if (known === undefined) throw unknownFilter(name);
    if (run !== null && !known.ofRun) {
      throw refusal(name, 'is not a filter of the tasks of a run', `Leave it out, or filter with --where.`);
    }
    const checked = known.check(text.trim(), run !== null);
    if ('reason' in checked) throw refusal(name, checked.reason, known.about);
    query.push([known.as, checked.value]);
  }
  // Oldest first, or by position: what is made while the pages are read comes last and moves nothing.
  query.push(['sort', run === null ? '-newest' : 'position'], withIncludes);
  return { path: organizationPath(config, ...(run === null ? [] : ['runs', run.id]), 'tasks'), query };
}

async function* readTaskPages(reader: Reader, list: ListRequest): AsyncGenerator<Result<readonly TargetView[]>> {
  for await (const page of readPages(reader, list)) {
    if (!page.ok) return yield page;
    const tasks = page.value.map(viewTask);
    const views = tasks.filter((task) => task !== null);
    if (views.length < tasks.length) return yield fail(noTask);
    yield succeed(views);
  }
}

const noTask: Failure = localFailure(
  'API_ERROR',
  'UNEXPECTED_ANSWER',
  'Tallyfy listed something that is no task.',
  'Check that the base URL is right.',
);

function refusal(name: string, reason: string, fix: string): UsageError {
  return new UsageError(`${queryFlag(name)} ${reason}.`, { code: 'INVALID_PARAMETER', fix });
}

function unknownFilter(name: string): UsageError {
  const since = /[-_]since$/.test(name);
  return refusal(
    name,
    since ? 'is ignored by Tallyfy, which would answer every task' : 'is not a filter of Tallyfy',
    since ? 'Use created, or filter with --where.' : `Filters: ${filters.map((one) => one.name).join(', ')}.`,
  );
}

function checkStatus(value: string, ofRun: boolean): ReturnType<Check> {
  const known: readonly string[] = ofRun ? runStatuses : orgStatuses;
  if (known.includes(value)) return { value };
  if (value === 'auto-skipped') return { reason: 'auto-skipped is told by Tallyfy, but not taken as a filter' };
  return { reason: `is none of ${known.join(', ')}` };
}

function eachOf(isGood: (value: string) => boolean, what: string): Check {
  return (value) => {
    const parts = value.split(/[,;]/).map((part) => part.trim());
    const wrong = parts.find((part) => !isGood(part));
    return wrong === undefined ? { value: parts.join(',') } : { reason: `has "${wrong}", which is no ${what}` };
  };
}

function isUser(value: string): boolean {
  return readUserId(value) !== null;
}

function isHexId(value: string): boolean {
  return 'id' in parseHexId(value);
}

function oneOf(...words: readonly string[]): Check {
  return (value) => (words.includes(value) ? { value } : { reason: `is none of ${words.join(', ')}` });
}

function checkDay(value: string): ReturnType<Check> {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(value) && isoDay(value) === value;
  return isDay ? { value } : { reason: 'is no day of the form YYYY-MM-DD' };
}

function checkDays(value: string): ReturnType<Check> {
  const days = value.split(':');
  const wrong = days.length > 2 || days.some((day) => 'reason' in checkDay(day));
  return wrong ? { reason: 'is neither a day, YYYY-MM-DD, nor two with : between' } : { value };
}

function isoDay(value: string): string | null {
  const ms = Date.parse(`${value}T00:00:00Z`);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString().slice(0, 10);
}
