/** What may stand where the cursor is. Pure but for the folders that it lists. */
import { join, resolve } from 'node:path';
import { readyJobNames } from '../../job/job-names.js';
import { listRunIds } from '../../state/run-ids.js';
import type { CommandFacts, FlagFacts } from '../command-facts.js';
import type { CompletionTable } from './table.js';

export interface Candidate {
  readonly value: string;
  readonly about: string;
}

export interface Candidates {
  readonly words: readonly Candidate[];
  /** Whether the shell is to offer files or folders too. */
  readonly paths: 'files' | 'folders' | null;
}

export interface Surroundings {
  readonly cwd: string;
  /** Folder of the jobs that come with the package. */
  readonly readyJobs: string;
}

type Kind = 'file' | 'folder' | 'job' | 'run' | 'provider' | 'operation' | 'catalogue' | 'state';

const flagKinds: Readonly<Record<string, Kind>> = {
  job: 'job',
  provider: 'provider',
  operation: 'operation',
  as: 'operation',
  only: 'state',
  output: 'file',
  'log-file': 'file',
  'state-dir': 'folder',
};

const positionalKinds: Readonly<Record<string, Kind>> = { manifest: 'file', run: 'run', name: 'catalogue' };

/**
 * @param words what stands behind `taskbatch`, up to the cursor; the last is the one being typed, empty where it begins.
 * @returns everything that fits the place; that it begins as what is typed does is the shell's matter. Behind `--flag=`
 * the values alone.
 */
export function findCandidates(words: readonly string[], table: CompletionTable, around: Surroundings): Candidates {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const commandAt = before.findIndex((word) => !word.startsWith('-'));
  if (commandAt === -1) return wordsOnly(commandWords(table));
  const command = table.commands.find(({ name }) => name === before[commandAt]);
  if (command === undefined) return wordsOnly([]);
  const place: Place = { command, table, around, before };
  const joined = /^--([\w-]+)=/.exec(typed)?.[1];
  if (joined !== undefined) return valuesOf(flagNamed(command, joined), place);
  const flag = flagOfWord(command, before.at(-1) ?? '');
  if (flag?.takesValue === true) return valuesOf(flag, place);
  if (typed.startsWith('-')) return wordsOnly(flagWords(place));
  return positionalWords(before.slice(commandAt + 1), place);
}

interface Place {
  readonly command: CommandFacts;
  readonly table: CompletionTable;
  readonly around: Surroundings;
  readonly before: readonly string[];
}

function commandWords({ commands }: CompletionTable): Candidate[] {
  return commands.map(({ name, summary }) => ({ value: name, about: summary }));
}

/** Those that are not there yet; a flag that is on by itself is only ever turned off. */
function flagWords({ command, before }: Place): Candidate[] {
  const given = new Set(before.map((word) => flagOfWord(command, word.split('=')[0] ?? '')?.name));
  return command.flags
    .filter(({ name }) => !given.has(name))
    .map(({ name, about }) => ({ value: about.includes(`--no-${name}`) ? `--no-${name}` : `--${name}`, about }));
}

function positionalWords(rest: readonly string[], place: Place): Candidates {
  const { command } = place;
  const taken = rest.filter(
    (word, at) => !word.startsWith('-') && flagOfWord(command, rest[at - 1] ?? '')?.takesValue !== true,
  );
  const positional = command.positionals[taken.length];
  if (positional === undefined) return wordsOnly(flagWords(place));
  if (positional.choices.length > 0) return wordsOnly(positional.choices.map(bare));
  const kind = positionalKinds[positional.name] ?? null;
  if (kind === null && !positional.required) return wordsOnly(flagWords(place));
  return ofKind(kind, place);
}

function valuesOf(flag: FlagFacts | undefined, place: Place): Candidates {
  if (flag === undefined) return wordsOnly([]);
  if (flag.choices.length > 0) return wordsOnly(flag.choices.map(bare));
  return ofKind(flagKinds[flag.name] ?? null, place);
}

function ofKind(kind: Kind | null, place: Place): Candidates {
  const { table, around } = place;
  switch (kind) {
    case 'file':
      return { words: [], paths: 'files' };
    case 'folder':
      return { words: [], paths: 'folders' };
    case 'job':
      return { words: readyJobNames([join(around.cwd, 'jobs'), around.readyJobs]).map(bare), paths: 'files' };
    case 'run':
      return wordsOnly(runIds(place));
    case 'provider':
      return wordsOnly(table.providers.map(({ name, title }) => ({ value: name, about: title })));
    case 'operation':
      return wordsOnly(operationWords(place));
    case 'catalogue':
      return wordsOnly(catalogueWords(table));
    case 'state':
      return wordsOnly(table.rowStates.map(bare));
    case null:
      return wordsOnly([]);
  }
}

/** The newest first. */
function runIds({ around, before, command }: Place): Candidate[] {
  const stateDir = givenValue(command, before, 'state-dir') ?? '.taskbatch';
  const ids = listRunIds(resolve(around.cwd, stateDir)).reverse();
  return ids.map((value, at) => ({ value, about: at === 0 ? 'the newest run' : 'run' }));
}

/** By their short names where the service is named, else with it. */
function operationWords({ table, before, command }: Place): Candidate[] {
  const provider = givenValue(command, before, 'provider');
  if (provider === null) return catalogueWords(table).filter(({ value }) => value.includes('.'));
  const found = table.providers.find(({ name }) => name === provider);
  return (found?.operations ?? []).map(({ name, summary }) => ({ value: name, about: summary }));
}

function catalogueWords({ providers }: CompletionTable): Candidate[] {
  return providers.flatMap(({ name, title, operations }) => [
    { value: name, about: title },
    ...operations.map((operation) => ({ value: `${name}.${operation.name}`, about: operation.summary })),
  ]);
}

function givenValue(command: CommandFacts, words: readonly string[], name: string): string | null {
  const joined = words.find((word) => word.startsWith(`--${name}=`));
  if (joined !== undefined) return joined.slice(name.length + 3);
  const at = words.findIndex((word) => flagOfWord(command, word)?.name === name);
  return at === -1 ? null : (words[at + 1] ?? null);
}

function flagNamed({ flags }: CommandFacts, name: string): FlagFacts | undefined {
  return flags.find((flag) => flag.name === name);
}

function flagOfWord(command: CommandFacts, word: string): FlagFacts | undefined {
  if (word.startsWith('--')) return flagNamed(command, word.slice(2));
  return /^-\w$/.test(word) ? command.flags.find(({ alias }) => alias === word.slice(1)) : undefined;
}

function bare(value: string): Candidate {
  return { value, about: '' };
}

function wordsOnly(words: readonly Candidate[]): Candidates {
  return { words, paths: null };
}
