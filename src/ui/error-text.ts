/** What went wrong, as a person reads it: what happened, where, and what to do next. */
import { messageOf, TaskbatchError } from '../errors.js';
import type { Redactor } from '../redact.js';
import { plainText } from './plain-text.js';
import { createPaint, type TextStyle } from './text-style.js';
import { visibleLines } from './visible-text.js';

export interface ErrorTextContext extends Pick<TextStyle, 'colour' | 'unicode'> {
  readonly redact: Redactor;
  /** The run in hand when it happened, with its log; null when there was none. */
  readonly run: { readonly id: string; readonly log: string } | null;
}

/** An error of ours in two or three lines; anything else is a bug and comes with its stack. */
export function renderError(error: unknown, context: ErrorTextContext): string {
  const paint = createPaint(context.colour);
  const bug = !(error instanceof TaskbatchError);
  const [first = '', ...more] = readable(
    bug ? `This is a bug in taskbatch: ${messageOf(error)}` : error.message,
    context,
  );
  const lines = [`${paint('bad', 'error:')} ${first}`, ...more];
  if (bug) lines.push(...readable(stackOf(error), context).map((line) => paint('dim', `  ${line}`)));
  const where = bug ? (context.run?.log ?? null) : error.where;
  const next = bug ? bugAdvice(context) : error.fix;
  if (where !== null) lines.push(`  ${paint('dim', 'where:')} ${readable(where, context).join(' ')}`);
  if (next !== null) lines.push(`  ${paint('dim', 'next:')} ${readable(next, context).join(' ')}`);
  return `${lines.join('\n')}\n`;
}

function readable(text: string, { redact, unicode }: ErrorTextContext): string[] {
  const told = redact(text);
  return visibleLines(unicode ? told : plainText(told));
}

function bugAdvice({ run }: ErrorTextContext): string {
  const report = 'Please report this text';
  if (run === null) return `${report}.`;
  return `The run can be resumed: taskbatch resume ${run.id}. ${report}, with the log.`;
}

/** The stack with those of the causes; causes that go in circles end after a few. */
function stackOf(error: unknown): string {
  const stacks: string[] = [];
  for (let current = error; current !== undefined && stacks.length < 5; ) {
    stacks.push(current instanceof Error ? (current.stack ?? messageOf(current)) : `thrown: ${messageOf(current)}`);
    current = current instanceof Error ? current.cause : undefined;
  }
  return stacks.join('\ncaused by: ');
}
