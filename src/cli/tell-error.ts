/** Tells the error that ended a command. Loaded only then: it needs the providers, to know what is secret. */
import { TaskbatchError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import type { Environment } from '../providers/provider.js';
import { createRedactor } from '../redact.js';
import { renderError } from '../ui/error-text.js';
import { errorJson, renderJson } from '../ui/json-output.js';
import { usesColour, usesUnicode } from '../ui/terminal-style.js';
import type { CliContext } from './context.js';
import { stateDirOfWords, withStateDir } from './state-dir-hint.js';
import { secretsOf, withDotEnv } from './workbench.js';

type Place = Pick<CliContext, 'argv' | 'environment' | 'cwd' | 'stdout' | 'stderr'>;

/** @returns the exit code. */
export function tellError(error: unknown, place: Place): number {
  const { argv, environment, stdout, stderr } = place;
  const redact = createRedactor(secretsOf(readEnvironment(place)));
  const hint = (text: string) => withStateDir(redact(text), { stateDir: stateDirOfWords(argv) });
  const style = { colour: usesColour(environment, stderr), unicode: usesUnicode(environment) };
  stderr.write(renderError(error, { ...style, redact: hint, run: null }));
  if (argv.includes('--json')) stdout.write(renderJson(errorJson(error, hint, exitCodes.bug)));
  return error instanceof TaskbatchError ? error.exitCode : exitCodes.bug;
}

/** A `.env` that can't be read is told as the error that it is, and has no secrets to take out. */
function readEnvironment(place: Place): Environment {
  try {
    return withDotEnv(place);
  } catch {
    return place.environment;
  }
}
