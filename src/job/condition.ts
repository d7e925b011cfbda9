/** Conditions of jobs and flags: CEL, checked when loaded, with the place of the mistake. */
import { Environment } from '@marcbachmann/cel-js';
import { JobError, messageOf } from '../errors.js';
import { suggestName } from '../manifest/suggest-name.js';
import type { TargetView } from '../providers/target.js';
import { type AskedFields, askedFields } from './asked-fields.js';
import { type ComparedText, comparedTexts } from './compared-texts.js';
import { showPlace } from './show-place.js';
import { withStrictInt } from './strict-int.js';
import { wholeTimes } from './time-texts.js';

/** Names under which a condition may use a column: `Task ID` is `row.task_id` and `row.taskId`. */
export function columnVariants(column: string): string[] {
  const words = column
    .normalize('NFKC')
    .trim()
    .split(/[\s_\-.]+/)
    .filter((word) => word !== '');
  const snake = words.map((word) => word.toLowerCase()).join('_');
  const camel = (rest: (word: string) => string) =>
    words
      .map((word, at) => (at === 0 ? word.charAt(0).toLowerCase() : word.charAt(0).toUpperCase()) + rest(word.slice(1)))
      .join('');
  const names = [
    snake,
    camel((rest) => rest.toLowerCase()),
    camel((rest) => rest),
    words.join('').toLowerCase(),
    column.trim(),
  ];
  return [...new Set(names)].filter((name) => name !== '');
}

export type Verdict = { readonly ok: true; readonly value: boolean } | { readonly ok: false; readonly message: string };

/**
 * Compiles a condition over the row (`row.environment == "test"`).
 * @param where flag or file:line, for the message.
 * @param columns the manifest's column names as written.
 * @throws {JobError} when it is no valid CEL, names a column that is not there, or gives no true/false.
 */
export function compileRowCondition(
  expression: string,
  where: string,
  columns: readonly string[],
): (cells: readonly (string | null | undefined)[]) => Verdict {
  const variants = columns.map((column) => columnVariants(column).filter(isIdentifier));
  const schema = Object.fromEntries(variants.flat().map((name) => [name, 'string' as const]));
  const evaluate = compile(expression, where, new Environment().registerVariable({ name: 'row', schema }), columns);
  return (cells) => {
    const row: Record<string, string> = {};
    for (const [index, names] of variants.entries()) for (const name of names) row[name] = cells[index] ?? '';
    return evaluate({ row });
  };
}

/** What a condition may ask of the live task, with its type. */
export const taskSchema = {
  id: 'string',
  custom_id: 'string',
  name: 'string',
  title: 'string',
  status: 'string',
  completed: 'bool',
  archived: 'bool',
  url: 'string',
  place: 'string',
  list: 'string',
  lists: 'list<string>',
  folder: 'string',
  space: 'string',
  run: 'string',
  project: 'string',
  assignees: 'list<string>',
  tags: 'list<string>',
  created: 'string',
  updated: 'string',
  due: 'string',
} as const;

const times = ['created', 'updated', 'due'] as const;
const timeNames: ReadonlySet<string> = new Set(times);

/** Behind every time, as an empty one is before. */
const afterAll = '\uffff';

/**
 * Compiles a condition over the live task (`task.name.startsWith("[test]")`). What the service does not tell is empty. An
 * empty time is before all others as a text, and a task without one is neither early nor late: where the condition hangs
 * on that, and does not ask whether the time is empty, it can't be judged.
 * @throws {JobError} as {@link compileRowCondition}.
 */
export function compileTaskCondition(expression: string, where: string): (target: TargetView) => Verdict {
  const evaluate = compile(withWholeTimes(expression, where), where, taskEnvironment(), Object.keys(taskSchema));
  const { named, testedForEmpty } = askedOfTask(expression);
  const compared = times.filter((name) => named.has(name) && !testedForEmpty.has(name));
  return (target) => {
    const task = taskOf(target);
    const verdict = evaluate({ task });
    const empty = compared.filter((name) => task[name] === '');
    if (empty.length === 0 || !verdict.ok) return verdict;
    const late = evaluate({ task: { ...task, ...Object.fromEntries(empty.map((name) => [name, afterAll])) } });
    if (late.ok && late.value === verdict.value) return verdict;
    const names = empty.map((name) => `task.${name}`).join(' and ');
    const [first = ''] = empty;
    return {
      ok: false,
      message: `${names} is empty, and it is compared with a time; say what is meant then: task.${first} != "" && …, or task.${first} == "" || …`,
    };
  };
}

/** @throws {JobError} when a time is compared with what is none: as texts, `2026-9-1` is behind all that has happened. */
function withWholeTimes(expression: string, where: string): string {
  const environment = taskEnvironment();
  // What is no valid condition is told as that.
  if (!environment.check(expression).valid) return expression;
  const times = wholeTimes(expression, environment.parse(expression).ast, timeNames);
  if (times.ok) return times.expression;
  const { at, message, fix } = times.mistake;
  throw new JobError(`The condition is refused: ${message}\n${showPlace(expression, at)}`, {
    where,
    code: 'CONDITION',
    fix,
  });
}

/** @param expression one that {@link compileTaskCondition} takes. */
export function askedOfTask(expression: string): AskedFields {
  return askedFields(taskEnvironment().parse(expression).ast);
}

/** @param expression as in {@link askedOfTask}. */
export function comparedWithTask(expression: string): ComparedText[] {
  return comparedTexts(taskEnvironment().parse(expression).ast);
}

function taskEnvironment(): Environment {
  return new Environment().registerVariable({ name: 'task', schema: { ...taskSchema } });
}

function taskOf(target: TargetView): Record<keyof typeof taskSchema, string | boolean | string[]> {
  return {
    id: target.id,
    custom_id: target.customId ?? '',
    name: target.title,
    title: target.title,
    status: target.status ?? '',
    completed: target.completed,
    archived: target.archived,
    url: target.url ?? '',
    place: target.place ?? '',
    list: target.list ?? '',
    lists: [...(target.list === null ? [] : [target.list]), ...target.otherLists],
    folder: target.folder ?? '',
    space: target.space ?? '',
    run: target.run ?? '',
    project: target.project ?? '',
    assignees: [...target.assignees],
    tags: [...target.tags],
    created: target.created ?? '',
    updated: target.updated ?? '',
    due: target.due ?? '',
  };
}

function compile(
  expression: string,
  where: string,
  environment: Environment,
  names: readonly string[],
): (context: Record<string, unknown>) => Verdict {
  const check = environment.check(expression);
  if (!check.valid) {
    const reason = check.error?.message.split('\n')[0] ?? 'it is no valid expression';
    const place = check.error?.range?.start;
    const shown = place === undefined ? '' : `\n${showPlace(expression, place)}`;
    throw new JobError(`The condition is refused: ${reason}${shown}`, {
      where,
      code: 'CONDITION',
      fix: hintFor(reason, names),
    });
  }
  if (check.type !== 'bool' && check.type !== 'dyn') {
    throw new JobError(`The condition ${JSON.stringify(expression)} gives ${check.type}, not true or false.`, {
      where,
      code: 'CONDITION',
      fix: 'Compare it with something, for example: row.environment == "test"',
    });
  }
  const typeOf = (part: string) => environment.check(part).type ?? 'dyn';
  const program = environment.parse(withStrictInt(expression, environment.parse(expression).ast, typeOf));
  return (context) => {
    try {
      const value: unknown = program(context);
      if (typeof value === 'boolean') return { ok: true, value };
      return { ok: false, message: `gave ${typeof value}, not true or false` };
    } catch (error) {
      return { ok: false, message: messageOf(error).split('\n')[0] ?? 'could not be evaluated' };
    }
  };
}

/** What to write instead: the name that was probably meant, where one is not known; else all that there are. */
function hintFor(reason: string, names: readonly string[]): string {
  if (reason === 'Unexpected character: =') return 'Compare with ==, for example: row.environment == "test"';
  if (/^Unexpected token: EOF/.test(reason)) return 'It ends too early: write what is missing, or close what is open.';
  const unknown = /^No such key: (.+)$/.exec(reason)?.[1];
  const hint = unknown === undefined ? null : suggestName(unknown, names);
  if (hint !== null) return `Did you mean ${columnVariants(hint)[0] ?? hint}?`;
  // As they are written in a condition: `Task ID` is none.
  const typed = names.flatMap((name) => columnVariants(name).find(isIdentifier) ?? []);
  return `Known names: ${typed.slice(0, 40).join(', ')}${typed.length > 40 ? ', …' : ''}.`;
}

const reserved = new Set(['true', 'false', 'null', 'in', '__proto__', 'constructor', 'prototype']);

function isIdentifier(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !reserved.has(name);
}
