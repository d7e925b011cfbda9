/** What a command takes, read from the help that people see, so that whatever is built on it can't drift from that. */
import type { CommandEntry } from './command.js';
import { parseCommand } from './parse-command.js';

export interface FlagFacts {
  /** Without dashes. */
  readonly name: string;
  /** One letter, or null. */
  readonly alias: string | null;
  readonly about: string;
  /** Whether a value follows it; else it is a switch. */
  readonly takesValue: boolean;
  /** The values that it may have; empty where that is not bounded. */
  readonly choices: readonly string[];
}

export interface PositionalFacts {
  readonly name: string;
  readonly required: boolean;
  readonly choices: readonly string[];
}

export interface ExampleFacts {
  /** As it is typed: `taskbatch status`. */
  readonly command: string;
  readonly about: string;
}

export interface CommandFacts {
  readonly name: string;
  readonly summary: string;
  readonly positionals: readonly PositionalFacts[];
  readonly flags: readonly FlagFacts[];
  readonly examples: readonly ExampleFacts[];
}

/** Loads the command, and everything that it needs. Hidden flags are not told. */
export async function readCommandFacts(entry: CommandEntry): Promise<CommandFacts> {
  const { output } = await parseCommand(entry, [entry.name, '--help'], null);
  const [usage = '', ...lines] = output.split('\n');
  const sections = sectionsOf(lines);
  const described = new Map((sections.get('Positionals') ?? []).map((line) => [line.trim().split(/\s/)[0], line]));
  return {
    name: entry.name,
    summary: entry.summary,
    positionals: [...usage.matchAll(/([<[])([\w-]+)[>\]]/g)].map(([, bracket, name = '']) => ({
      name,
      required: bracket === '<',
      choices: choicesOf(described.get(name) ?? ''),
    })),
    flags: (sections.get('Options') ?? []).flatMap(flagOf),
    examples: (sections.get('Examples') ?? []).map(exampleOf),
  };
}

/** Lines below `Options:` and the like, by that word. */
function sectionsOf(lines: readonly string[]): ReadonlyMap<string, string[]> {
  const sections = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of lines) {
    const title = /^(\w+):$/.exec(line)?.[1];
    if (title !== undefined) {
      current = [];
      sections.set(title, current);
    } else if (line.startsWith('  ')) current.push(line);
  }
  return sections;
}

/** `  -j, --job  Job file, or name of a job  [string]` */
function flagOf(line: string): FlagFacts[] {
  const found = /^\s+(?:-(\w), )?--([\w-]+)\s+(.*)$/.exec(line);
  if (found === null) return [];
  const [, alias = null, name = '', rest = ''] = found;
  return [
    {
      name,
      alias,
      about: rest.replace(/(?:\s+\[(?:boolean|string|number|required|choices:[^\]]*|default:[^\]]*)\])+\s*$/, ''),
      takesValue: !/\[boolean\]/.test(rest),
      choices: choicesOf(rest),
    },
  ];
}

function choicesOf(text: string): string[] {
  const list = /\[choices: ([^\]]*)\]/.exec(text)?.[1] ?? '';
  return [...list.matchAll(/"([^"]*)"/g)].map(([, choice = '']) => choice);
}

/** The command and what it is for stand two blanks apart. */
function exampleOf(line: string): ExampleFacts {
  const [command = '', about = ''] = line.trim().split(/\s{2,}/);
  return { command, about };
}
