import { existsSync, readFileSync } from 'node:fs';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { JobError, messageOf } from '../errors.js';
import { suggestName } from '../manifest/suggest-name.js';
import { readyJobNames } from './job-names.js';
import { type Job, jobSchema } from './job-schema.js';
import { showPlace } from './show-place.js';

export interface LoadedJob {
  readonly job: Job;
  /** The file it came from, as people know it. */
  readonly path: string;
  readonly name: string;
  /** `jobs/clean.yaml:7` for a key's path, for errors found later (a condition, an operation). */
  locate(path: readonly string[]): string;
  /** That line with a caret, on lines of their own below a message; empty when the key is not there. */
  show(path: readonly string[]): string;
}

export interface JobPlaces {
  readonly cwd: string;
  /** Folder of the jobs that come with the package. */
  readonly readyJobs: string;
}

/**
 * Loads a job by path, or by name from `./jobs` and then from the ready jobs.
 * @throws {JobError} naming file and line: missing, no YAML, unknown keys, wrong values.
 */
export function loadJob(given: string, places: JobPlaces): LoadedJob {
  const path = findJobFile(given, places);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new JobError(`The job file can't be read: ${messageOf(error)}.`, {
      where: given,
      fix: 'Check the path given with --job.',
    });
  }
  return parseJob(text, given.includes('/') || /\.ya?ml$/i.test(given) ? given : path);
}

/** @throws {JobError} */
export function parseJob(text: string, path: string): LoadedJob {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, strict: true });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const { line, col } = lines.linePos(problem.pos[0]);
    throw new JobError(
      `The job file is no valid YAML: ${problem.message.split('\n')[0]}\n${showPlace(text, problem.pos[0])}`,
      {
        where: `${path}:${line}:${col}`,
        code: 'JOB',
        fix: 'Correct that line.',
      },
    );
  }
  const locate = (keys: readonly (string | number)[]): string => {
    const place = offsetOf(document, keys);
    if (place === null) return path;
    return `${path}:${lines.linePos(place).line}`;
  };
  const parsed = jobSchema.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {});
  const show = (keys: readonly (string | number)[]): string => {
    const place = offsetOf(document, keys);
    return place === null ? '' : `\n${showPlace(text, place)}`;
  };
  if (!parsed.success) {
    throw jobErrorOf(parsed.error, { locate, show, offset: (keys) => offsetOf(document, keys) ?? 0 });
  }
  return { job: parsed.data, path, name: basename(path).replace(/\.ya?ml$/i, ''), locate, show };
}

type Tell<T> = (keys: readonly (string | number)[]) => T;

/** What a text tells of a key: its place, the line itself with a caret, and how far from the beginning it is. */
interface KeyPlaces {
  readonly locate: Tell<string>;
  readonly show: Tell<string>;
  readonly offset: Tell<number>;
}

function jobErrorOf(error: z.ZodError, { locate, show, offset }: KeyPlaces): JobError {
  const issues = error.issues.map((issue) => {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
    if (issue.code !== 'unrecognized_keys') {
      return {
        where: locate(path),
        offset: offset(path),
        message: `${path.join('.') || 'the job'}: ${issue.message}${show(path)}`,
        hint: null,
      };
    }
    const [key = ''] = issue.keys;
    const known = knownKeys(path.map(String));
    return {
      where: locate([...path, key]),
      offset: offset([...path, key]),
      message: `Unknown key ${JSON.stringify([...path, key].join('.'))}.${show([...path, key])}`,
      hint: suggestName(key, known),
    };
  });
  issues.sort((a, b) => a.offset - b.offset);
  const [first = { where: '', message: 'The job file is refused.', hint: null }] = issues;
  const message =
    issues.length < 2 ? first.message : issues.map((issue) => `${issue.where}: ${issue.message}`).join('\n');
  return new JobError(message, {
    where: first.where,
    code: 'JOB',
    fix: first.hint === null ? 'See the keys in README.md, “Job file”.' : `Did you mean ${JSON.stringify(first.hint)}?`,
    cause: error,
  });
}

function knownKeys(path: readonly string[]): string[] {
  const shapes: Record<string, readonly string[]> = {
    '': Object.keys(jobSchema.shape),
    limits: Object.keys(jobSchema.shape.limits.unwrap().shape),
    guards: Object.keys(jobSchema.shape.guards.unwrap().shape),
    'guards.stop_after': ['failed', 'percent'],
  };
  return [...(shapes[path.join('.')] ?? [])];
}

/** Where the key at `keys` stands in the text; its parent's place when the key has none. */
function offsetOf(document: ReturnType<typeof parseDocument>, keys: readonly (string | number)[]): number | null {
  for (let length = keys.length; length > 0; length--) {
    const parent = document.getIn(keys.slice(0, length - 1), true);
    const key = keys[length - 1];
    if (typeof parent !== 'object' || parent === null || !('items' in parent) || !Array.isArray(parent.items)) continue;
    for (const item of parent.items) {
      const name = typeof item === 'object' && item !== null && 'key' in item ? item.key : null;
      if (typeof name !== 'object' || name === null || !('value' in name) || name.value !== key) continue;
      if ('range' in name && Array.isArray(name.range) && typeof name.range[0] === 'number') return name.range[0];
    }
  }
  return null;
}

function findJobFile(given: string, { cwd, readyJobs }: JobPlaces): string {
  const direct = isAbsolute(given) ? given : resolve(cwd, given);
  if (given.includes('/') || /\.ya?ml$/i.test(given)) return direct;
  const named = [join(cwd, 'jobs'), readyJobs].flatMap((folder) => [
    join(folder, `${given}.yaml`),
    join(folder, `${given}.yml`),
  ]);
  const found = [direct, ...named].find((path) => existsSync(path) && /\.ya?ml$/i.test(path));
  if (found !== undefined) return found;
  const names = readyJobNames([join(cwd, 'jobs'), readyJobs]);
  const hint = suggestName(given, names);
  throw new JobError(`There is no job ${JSON.stringify(given)}.`, {
    code: 'NO_JOB',
    fix:
      hint === null
        ? `Ready jobs: ${names.join(', ') || 'none'}; or give a path to a job file.`
        : `Did you mean ${hint}?`,
  });
}
