import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type CommandFacts, readCommandFacts } from '../../src/cli/command-facts.js';
import { commands } from '../../src/cli/commands.js';
import { exitCodes } from '../../src/exit-codes.js';
import { taskSchema } from '../../src/job/condition.js';
import { readyJobNames } from '../../src/job/job-names.js';
import { jobSchema } from '../../src/job/job-schema.js';
import { providers } from '../../src/providers/registry.js';
import { planFields } from '../../src/report/plan/plan-fields.js';
import { reportFields } from '../../src/report/report-fields.js';
import { rowStates } from '../../src/state/status.js';
import { projectDir } from '../support/bin.js';

const readme = readFileSync(join(projectDir, 'README.md'), 'utf8');
let facts: CommandFacts[];

beforeAll(async () => {
  facts = await Promise.all(commands.map(readCommandFacts));
});

/** The text below a heading, up to the next one. */
function section(heading: string): string {
  const found = readme.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  if (found === undefined) throw new Error(`README.md has no section ${heading}`);
  return found;
}

/** The first cells of a table's rows, the backticks taken off. */
function firstCells(text: string, title: string): string[] {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.startsWith(`| ${title} |`));
  const rows = lines.slice(
    at + 2,
    lines.findIndex((line, index) => index > at && !line.startsWith('|')),
  );
  return rows.map((line) => (line.split('|')[1] ?? '').trim().replaceAll('`', ''));
}

test('the table of commands has every command with what it takes, and no other', () => {
  const usage = ({ name, positionals }: CommandFacts) =>
    [name, ...positionals.map((one) => (one.required ? `<${one.name}>` : `[${one.name}]`))].join(' ');
  expect(firstCells(section('Commands'), 'Command').sort()).toEqual(facts.map(usage).sort());
});

test('every flag stands in the README, and every flag in it exists', () => {
  const known = new Set(facts.flatMap(({ flags }) => flags.map(({ name }) => name)));
  const lines = readme.split('\n').filter((line) => !/npm (?:run|ci)/.test(line));
  // `npm run bench -- --only …` goes over two lines.
  const words =
    lines
      .join('\n')
      .replaceAll(/`-- --[^`]*`/g, '')
      .match(/(?<![\w-])--[a-z][\w-]*/g) ?? [];
  const told = new Set(
    words.map((word) => word.slice(2)).map((name) => (known.has(name) ? name : name.replace(/^no-/, ''))),
  );
  expect([...told].filter((name) => !known.has(name) && name !== 'version')).toEqual([]);
  expect([...known].filter((name) => !told.has(name))).toEqual([]);
});

test('every command line in it is one that the commands take', () => {
  const lines = readme.match(/^(?:\$ )?taskbatch [a-z].*$|`taskbatch [a-z][^`]*`/gm) ?? [];
  expect(lines.length).toBeGreaterThan(20);
  for (const line of lines) {
    for (const call of line.replace(/^\$ |`/g, '').split(' | ')) {
      const [, name, ...words] = call.split(/\s+/);
      const command = facts.find((one) => one.name === name);
      expect(command, call).toBeDefined();
      for (const word of words.filter((one) => one.startsWith('--'))) {
        const flag = word.replace(/^--|=.*$/g, '');
        expect(
          command?.flags.some((one) => one.name === flag || `no-${one.name}` === flag),
          call,
        ).toBe(true);
      }
    }
  }
});

test('every job that it names is a ready job', () => {
  const named = [...readme.matchAll(/--job (?!JOB)([\w-]+)/g)].map(([, job]) => job);
  expect(named.length).toBeGreaterThan(6);
  const ready = readyJobNames([join(projectDir, 'jobs')]);
  expect(named.filter((job) => !ready.includes(job ?? ''))).toEqual([]);
});

test('exit codes, states and report columns are those of the code', () => {
  const codes = firstCells(readme, 'Exit').flatMap((cell) => cell.split(', ').map(Number));
  expect(codes).toEqual(Object.values(exitCodes));
  expect(firstCells(readme, 'State')).toEqual([...rowStates]);
  const lists = [...readme.matchAll(/`(_row _line [^`]*)`/g)].map(([, names = '']) => names.split(/\s+/));
  expect(lists).toEqual([planFields, reportFields].map((fields) => fields.map(({ name }) => name)));
});

test('environment variables are those that are read', () => {
  const ofProviders = providers.flatMap(({ variables }) => variables.map(({ name }) => name));
  const ofTerminals = ['NO_COLOR', 'FORCE_COLOR', 'LC_ALL', 'LC_CTYPE', 'LANG', 'TERM', 'TZ', 'XDG_STATE_HOME'];
  const told = [...section('Environment').matchAll(/`([A-Z][A-Z0-9_]+)(?:=[^`]*)?`/g)].map(([, name]) => name);
  expect(told.sort()).toEqual([...ofProviders, ...ofTerminals].sort());
});

test('every key of a job file stands in its section', () => {
  const text = section('Job file');
  const missing = Object.keys(jobSchema.shape).filter((key) => !new RegExp(`\\b${key}\\b`).test(text));
  expect(missing).toEqual([]);
});

test('everything that a rule may ask of a live task is told', () => {
  const text = section('Job file');
  expect(Object.keys(taskSchema).filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});

test('it names every report format', async () => {
  const formats =
    facts.find(({ name }) => name === 'report')?.flags.find(({ name }) => name === 'format')?.choices ?? [];
  expect(formats.length).toBeGreaterThan(2);
  const told = /`--format ([^`]*)`/.exec(section('Commands'))?.[1]?.split(/\\?\|/);
  expect(told).toEqual([...formats]);
});
