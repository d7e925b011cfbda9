/** Commands that are printed for typing must reach the same runs: with another state folder they name it too. */
import { shellWord } from '../shell-word.js';

const defaultStateDir = '.taskbatch';
const runCommand =
  /taskbatch (?:apply|resume|pause|rate|stop|retry|status|report|explain|resolve|undo|verify)\b(?: [^\s;,)]+)?(?: --only [a-z]+)?/g;
/** A manifest's name may be quoted, as `shellWord` does. Whoever puts such a command together for a state folder has named it already. */
const planCommand = /taskbatch (?:plan|run) (?:'[^']*'|\\'|[^\s;,)'])+(?! --state-dir)(?=\s|$)/g;

/** ` --state-dir DIR` for a command that is put together, or nothing where it is the default. */
export function stateDirFlag({ stateDir }: { readonly stateDir: string }): string {
  if (stateDir === defaultStateDir) return '';
  return ` --state-dir ${shellWord(stateDir)}`;
}

/** Adds `--state-dir` to every command about runs in a text, and to those that make one. */
export function withStateDir(text: string, flags: { readonly stateDir: string }): string {
  const added = stateDirFlag(flags);
  if (added === '') return text;
  return [runCommand, planCommand].reduce((told, pattern) => told.replace(pattern, (command) => command + added), text);
}

/** As {@link withStateDir} for a command line that is not parsed yet. */
export function stateDirOfWords(words: readonly string[]): string {
  const at = words.indexOf('--state-dir');
  const joined = words.find((word) => word.startsWith('--state-dir='));
  if (joined !== undefined) return joined.slice('--state-dir='.length);
  return at === -1 ? defaultStateDir : (words[at + 1] ?? defaultStateDir);
}
