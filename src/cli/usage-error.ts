/** What the parser refuses, in our words: what is wrong, and the nearest that would be right. */
import { UsageError } from '../errors.js';
import type { CommandEntry } from './command.js';
import type { CommandFacts } from './command-facts.js';
import { nearestWord } from './nearest-word.js';

/** @param message as yargs tells it. @param words the command line. */
export async function usageErrorOf(
  message: string,
  entry: CommandEntry,
  words: readonly string[],
): Promise<UsageError> {
  // Only now: it is a second pass over the command's flags.
  const { readCommandFacts } = await import('./command-facts.js');
  const facts = await readCommandFacts(entry);
  const { what, hint } = explain(message, facts, words);
  return new UsageError(what, {
    code: 'USAGE',
    fix: hint ?? `See what it takes: taskbatch ${entry.name} --help`,
  });
}

interface Explained {
  readonly what: string;
  readonly hint: string | null;
}

function explain(message: string, facts: CommandFacts, words: readonly string[]): Explained {
  const unknown = /^Unknown (?:arguments?|commands?): (.*)$/s.exec(message)?.[1];
  if (unknown !== undefined) return explainUnknown(unknown.split(', '), facts, words);
  const noNumber = /^Not a number: (.*)$/.exec(message)?.[1];
  if (noNumber !== undefined) return explainNumber(noNumber, words);
  const noValue = /^Not enough arguments following: (.*)$/s.exec(message)?.[1];
  if (noValue !== undefined) return { what: `${flagText(noValue)} needs a value.`, hint: null };
  const missing = /^Missing required arguments?: (.*)$/s.exec(message)?.[1];
  if (missing !== undefined) {
    const names = missing.split(', ').map((name) => flagText(name));
    return { what: `taskbatch ${facts.name} needs ${names.join(' and ')}.`, hint: null };
  }
  if (message.startsWith('Not enough non-option arguments')) {
    const names = facts.positionals.filter(({ required }) => required).map(({ name }) => `<${name}>`);
    return { what: `taskbatch ${facts.name} needs ${names.join(' and ')}.`, hint: null };
  }
  const invalid = /Argument: ([\w-]+), Given: (.*), Choices: (.*)$/m.exec(message);
  if (invalid !== null) return explainChoice(invalid[1] ?? '', invalid[2] ?? '', invalid[3] ?? '', facts);
  const lines = message.split('\n').map((line) => line.trim());
  return {
    what: lines
      .filter((line) => line !== '')
      .join(' ')
      .replace(/\.?$/, '.'),
    hint: null,
  };
}

/** Yargs names an unknown flag twice, as it was typed and in camel case; the first is it. */
function explainUnknown(names: readonly string[], facts: CommandFacts, words: readonly string[]): Explained {
  const [name = ''] = names;
  const typed = words.find((word) => new RegExp(`^--?(?:no-)?${escapeRegExp(name)}(?:=|$)`).test(word));
  if (typed === undefined) {
    const many = facts.positionals.length === 0 ? 'nothing' : facts.positionals.map((one) => `<${one.name}>`).join(' ');
    return {
      what: `taskbatch ${facts.name} does not take ${JSON.stringify(name)}: beside flags it takes ${many}.`,
      hint: null,
    };
  }
  const flag = typed.split('=')[0] ?? typed;
  const negated = flag.startsWith('--no-');
  const nearest = nearestWord(
    flag.replace(/^--?(?:no-)?/, ''),
    facts.flags.map((one) => one.name),
  );
  return {
    what: `taskbatch ${facts.name} has no flag ${flag}.`,
    hint: nearest === null ? null : `Did you mean: ${negated ? '--no-' : '--'}${nearest}`,
  };
}

function explainChoice(name: string, given: string, choices: string, { positionals }: CommandFacts): Explained {
  const known = [...choices.matchAll(/"([^"]*)"/g)].map(([, choice = '']) => choice);
  const word = given.replace(/^"|"$/g, '');
  const nearest = nearestWord(word, known);
  const isPositional = positionals.some((one) => one.name === name);
  const isFlag = !isPositional;
  return {
    what: `${isFlag ? `--${name}` : `<${name}>`} can't be ${given}; it may be ${known.join(', ')}.`,
    hint: nearest === null ? null : `Did you mean: ${isFlag ? `--${name} ` : ''}${nearest}`,
  };
}

/** @param name also in camel case. */
function explainNumber(name: string, words: readonly string[]): Explained {
  const flag = flagText(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
  // Given twice, the last one counts.
  const at = words.findLastIndex((word) => word === flag || word.startsWith(`${flag}=`));
  const typed = words[at] === flag ? words[at + 1] : words[at]?.slice(flag.length + 1);
  return { what: `${flag} takes a number, not ${JSON.stringify(typed ?? '')}.`, hint: null };
}

function flagText(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
