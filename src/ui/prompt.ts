/** Questions before something is done. No answer is a no: end of input, Ctrl-C, a closed terminal. */
import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { wrapText } from './text-width.js';

export interface PromptOptions {
  readonly input: Readable;
  readonly output: Writable;
  /** One line, without the choice behind it. */
  readonly question: string;
  /** Aborted when the process is to end: a no. */
  readonly signal?: AbortSignal;
  /** Told of Ctrl-C on a terminal, which comes to the question and not to the process. */
  readonly onInterrupt?: () => void;
}

/** Asks a question that `y` or `yes` agrees to, and everything else refuses. */
export async function confirm(options: PromptOptions): Promise<boolean> {
  const answer = await ask({ ...options, question: `${options.question} [y/N] ` });
  return /^y(?:es)?$/i.test(answer ?? '');
}

/** Asks for the number of rows, so that nobody agrees without having read it. `1,234` is as good as `1234`. */
export async function confirmCount(options: PromptOptions & { readonly count: number }): Promise<boolean> {
  const answer = await ask({
    ...options,
    question: `${options.question} Type the number of rows (${options.count.toLocaleString('en')}) to go on: `,
  });
  return (
    answer !== null &&
    /^\d+$|^\d{1,3}(?:[ ,.'_]\d{3})+$/.test(answer) &&
    Number(answer.replace(/\D/g, '')) === options.count
  );
}

export interface Option {
  readonly name: string;
  readonly about: string;
}

/** Asks for one of several, by number or name, again until it is one. @returns its name; null when there is no answer. */
export async function choose(
  options: PromptOptions & { readonly options: readonly Option[]; readonly width: number },
): Promise<string | null> {
  const { output, question, options: all } = options;
  const numberWidth = String(all.length).length;
  const nameWidth = Math.max(...all.map(({ name }) => name.length));
  output.write(`${question}\n`);
  const indent = numberWidth + nameWidth + 6;
  for (const [at, { name, about }] of all.entries()) {
    const lines = wrapText(about, options.width - indent).join(`\n${' '.repeat(indent)}`);
    output.write(`  ${String(at + 1).padStart(numberWidth)}  ${name.padEnd(nameWidth)}  ${lines}\n`);
  }
  for (;;) {
    const answer = await ask({ ...options, question: 'Number or name: ' });
    if (answer === null) return null;
    const chosen = all.find(({ name }, at) => answer.toLowerCase() === name || answer === String(at + 1));
    if (chosen !== undefined) return chosen.name;
    output.write(`Give a number from 1 to ${all.length}, or a name; Ctrl-C to end.\n`);
  }
}

/** The line that was typed, trimmed; null when there will be none. */
async function ask({ input, output, question, signal, onInterrupt }: PromptOptions): Promise<string | null> {
  // Readline would wait for ever on an input that has ended before.
  if (input.readableEnded || input.destroyed || signal?.aborted === true) return null;
  const reader = createInterface({ input, output });
  const ended = new AbortController();
  const end = (): void => ended.abort();
  reader.on('close', end);
  reader.on('SIGINT', () => {
    onInterrupt?.();
    reader.close();
  });
  // Readline hands on the errors of its input.
  reader.on('error', end);
  signal?.addEventListener('abort', end, { once: true });
  try {
    return (await reader.question(question, { signal: ended.signal })).trim();
  } catch (error) {
    if (!ended.signal.aborted) throw error;
    return null;
  } finally {
    signal?.removeEventListener('abort', end);
    reader.close();
  }
}
