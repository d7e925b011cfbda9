/** What `init` has to know: from flags, or asked on the terminal. */
import { UsageError } from '../../errors.js';
import type { CatalogueEntry, Provider } from '../../providers/provider.js';
import { choose } from '../../ui/prompt.js';
import { textWidthOf } from '../../ui/text-style.js';
import type { CliContext } from '../context.js';
import { nearestWord } from '../nearest-word.js';
import { textStyle } from '../print.js';

export interface PurposeFlags {
  readonly provider?: string | undefined;
  readonly operation?: string | undefined;
}

/**
 * Service and operation; null when nobody answered.
 * @param onInterrupt told of Ctrl-C at a question.
 * @throws {UsageError} for an operation that there is not, and where something is missing and nobody can be asked.
 */
export async function askPurpose(
  flags: PurposeFlags,
  providers: readonly Provider[],
  context: CliContext,
  onInterrupt: () => void,
): Promise<{ provider: Provider; entry: CatalogueEntry } | null> {
  const [service, word] = splitName(flags);
  const complete = service !== undefined && word !== undefined;
  if (!complete && !(context.stdin.isTTY === true && context.stderr.isTTY === true)) {
    throw new UsageError('There is no terminal to ask on; nothing was written.', {
      code: 'NO_TERMINAL',
      fix: 'Say what it is for: taskbatch init --provider clickup --operation delete',
    });
  }
  const io = {
    input: context.stdin,
    output: context.stderr,
    signal: context.stopSignal,
    onInterrupt,
    width: textWidthOf(textStyle(context, context.stderr)),
  };
  const name =
    service ??
    (await choose({
      ...io,
      question: 'Which service?',
      options: providers.map((one) => ({ name: one.name, about: one.title })),
    }));
  if (name === null) return null;
  const provider = providers.find((one) => one.name === name);
  if (provider === undefined) throw noSuch('service', name, providers);
  const wanted =
    word ??
    (await choose({
      ...io,
      question: `What are the rows to do in ${provider.title}?`,
      options: commonFirst(provider.operations).map((one) => ({ name: one.name, about: one.summary })),
    }));
  if (wanted === null) return null;
  const entry = provider.operations.find((one) => one.name === wanted);
  if (entry === undefined) throw noSuch(`operation of ${provider.title}`, wanted, provider.operations);
  return { provider, entry };
}

/** `--operation clickup.delete` names the service too. */
function splitName({ provider, operation }: PurposeFlags): [service: string | undefined, word: string | undefined] {
  const dot = operation?.indexOf('.') ?? -1;
  if (operation === undefined || dot === -1) return [provider, operation];
  return [provider ?? operation.slice(0, dot), operation.slice(dot + 1)];
}

/** What most people come for stands first. */
function commonFirst(operations: readonly CatalogueEntry[]): CatalogueEntry[] {
  const isCommon = ({ name }: CatalogueEntry) => name === 'delete' || name === 'complete';
  return [...operations.filter(isCommon), ...operations.filter((entry) => !isCommon(entry))];
}

function noSuch(what: string, word: string, known: ReadonlyArray<{ readonly name: string }>): UsageError {
  const names = known.map(({ name }) => name);
  const hint = nearestWord(word, names);
  return new UsageError(`There is no ${what} ${JSON.stringify(word)}; nothing was written.`, {
    code: 'USAGE',
    fix: hint === null ? `Use one of ${names.join(', ')}.` : `Did you mean ${hint}?`,
  });
}
