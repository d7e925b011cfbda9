/**
 * Tasks by query, for `export`: one search, walked by id. Every task is checked again here, since Bitrix24 takes some
 * filters without an error and ignores them (Vibecode documentation of 2026-05-05).
 */
import { UsageError } from '../../errors.js';
import { type Result, succeed } from '../../failure.js';
import { isoFromText } from '../dates.js';
import type { Reader } from '../http.js';
import type { QueryParameter, TaskQuery } from '../provider.js';
import type { TargetView } from '../target.js';
import { extraText } from '../target-view.js';
import { parseTaskId } from './columns.js';
import type { Bitrix24Config } from './config.js';
import type { Dialect, TaskCondition } from './dialect.js';
import { statusCodes } from './task-view.js';
import { walkTasks } from './walk-tasks.js';

const idFilters = {
  'group-id': ['groupId', 'Tasks of these groups (projects), by id; several with ; between them.'],
  'responsible-id': ['responsibleId', 'Tasks for which these users are responsible, by id; several with ;.'],
  'created-by': ['createdBy', 'Tasks that these users made, by id; several with ; between them.'],
} as const;

const statuses: Readonly<Record<string, number>> = {
  pending: statusCodes.pending,
  in_progress: statusCodes.inProgress,
  supposedly_completed: statusCodes.awaitingControl,
  completed: statusCodes.completed,
  deferred: statusCodes.deferred,
};

const filters: readonly QueryParameter[] = [
  { name: 'status', about: `Tasks in these statuses: ${Object.keys(statuses).join(', ')}.`, scope: false },
  { name: 'tag', about: 'Tasks with any of these tags; several with ; between them.', scope: false },
  { name: 'deadline-after', about: 'With a deadline after this date or time; without an offset in UTC.', scope: false },
  {
    name: 'deadline-before',
    about: 'With a deadline before this date or time; without an offset in UTC.',
    scope: false,
  },
];

const ignored = 'is ignored by Bitrix24 without an error, so far more tasks would be read than meant';
/** Vibecode takes these two dates without an error and ignores them (documentation of 2026-05-05). */
const refusals: readonly QueryParameter[] = ['status-changed-date', 'activity-date'].map((name) => ({
  name,
  about: 'Not taken for Bitrix24, which ignores it without an error.',
  scope: false,
  refused: ignored,
}));

export const taskQuery: TaskQuery<Bitrix24Config> = {
  parameters: [
    ...Object.entries(idFilters).map(([name, [, about]]) => ({ name, about, scope: true })),
    ...filters,
    ...refusals,
  ],
  pages: ({ dialect }, reader, values) => {
    refuseUnknown(values);
    const conditions = [...readIds(values), ...readDeadline(values), ...readStatus(values), ...readTags(values)];
    return pagesOf(dialect, reader, conditions);
  },
};

type Values = Readonly<Record<string, string>>;

/** One part of a query: what is asked of Bitrix24, if anything, and what holds for each task. */
interface Condition {
  readonly filter: readonly TaskCondition[];
  readonly holds: (task: TargetView) => boolean;
}

async function* pagesOf(
  dialect: Dialect,
  reader: Reader,
  conditions: readonly Condition[],
): AsyncGenerator<Result<readonly TargetView[]>> {
  const asked = conditions.flatMap(({ filter }) => filter);
  for await (const page of walkTasks(dialect, reader, { conditions: asked, order: 'asc' })) {
    yield page.ok ? succeed(page.value.filter((task) => conditions.every(({ holds }) => holds(task)))) : page;
  }
}

function readIds(values: Values): readonly Condition[] {
  return Object.entries(idFilters).flatMap(([parameter, [name]]) => {
    const ids = split(values[parameter]).map((value) => {
      const parsed = parseTaskId(value);
      if ('id' in parsed) return parsed.id;
      throw refused(parameter, `"${value}" is no id: those are positive whole numbers`, 'Copy it from its address.');
    });
    if (ids.length === 0) return [];
    const holds = ({ extra }: TargetView) => ids.includes(extraText(extra, name) ?? '');
    return [{ filter: [{ field: name, is: 'in', value: ids.map(Number) }], holds }];
  });
}

function readDeadline(values: Values): readonly Condition[] {
  const after = readTime(values, 'deadline-after');
  const before = readTime(values, 'deadline-before');
  if (after === null && before === null) return [];
  const filter: TaskCondition[] = [];
  if (after !== null) filter.push({ field: 'deadline', is: 'above', value: after });
  if (before !== null) filter.push({ field: 'deadline', is: 'below', value: before });
  const holds = ({ due }: TargetView) =>
    due !== null && (after === null || due > after) && (before === null || due < before);
  return [{ filter, holds }];
}

/**
 * Looked at here alone: beneath Vibecode a filter on the status may mean the derived one, where an overdue task is -1
 * and no longer pending (b24restdocs, 2026-08-21).
 */
function readStatus(values: Values): readonly Condition[] {
  const codes = split(values.status).map((word) => {
    const code = Object.hasOwn(statuses, word.toLowerCase()) ? statuses[word.toLowerCase()] : undefined;
    const known = code ?? Object.values(statuses).find((one) => String(one) === word);
    if (known !== undefined) return known;
    throw refused('status', `"${word}" is no status`, `Write one of ${Object.keys(statuses).join(', ')}.`);
  });
  if (codes.length === 0) return [];
  const normal = ({ extra }: TargetView) => (extra.statusCode === 1 ? statusCodes.pending : extra.statusCode);
  return [{ filter: [], holds: (task) => codes.some((code) => code === normal(task)) }];
}

/** Looked at here alone: that tags can be filtered by is not documented. */
function readTags(values: Values): readonly Condition[] {
  const tags = split(values.tag).map((tag) => tag.toLowerCase());
  if (tags.length === 0) return [];
  return [{ filter: [], holds: (task) => task.tags.some((tag) => tags.includes(tag.toLowerCase())) }];
}

function readTime(values: Values, name: string): string | null {
  const value = values[name]?.trim() ?? '';
  if (value === '') return null;
  const day = value.slice(0, 10);
  const iso = isoFromText(value);
  // `2026-02-30` is read as a day in March.
  if (iso !== null && isoFromText(day)?.startsWith(day) === true) return iso;
  throw refused(name, `"${value}" is no date`, 'Write 2026-12-24 or 2026-12-24T15:00:00Z.');
}

/** What Bitrix24 does not know is refused here, since it would be ignored there. */
function refuseUnknown(values: Values): void {
  const known = new Map(taskQuery.parameters.map((parameter) => [parameter.name, parameter]));
  for (const name of Object.keys(values)) {
    const parameter = known.get(name);
    if (parameter !== undefined && parameter.refused === undefined) continue;
    const isIgnored = parameter !== undefined || /^(status-?changed|activity)/i.test(name);
    const taken = [...known.values()].filter(({ refused: reason }) => reason === undefined);
    throw refused(
      name,
      isIgnored ? ignored : 'is nothing that tasks of Bitrix24 are searched by',
      `Use ${taken.map((one) => `--${one.name}`).join(', ')}.`,
    );
  }
}

function split(value: string | undefined): readonly string[] {
  return (value ?? '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function refused(name: string, problem: string, fix: string): UsageError {
  return new UsageError(`--${name} ${problem}.`, { code: 'QUERY_REFUSED', fix });
}
