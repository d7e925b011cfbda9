import { expect, test } from 'vitest';
import { ManifestError, StoppedError, UsageError } from '../../src/errors.js';
import { createRedactor } from '../../src/redact.js';
import { renderError } from '../../src/ui/error-text.js';
import { runId } from './kit.js';

const context = { colour: false, unicode: true, redact: (text: string) => text, run: null };

test('an error of ours is told in three lines: what, where, what next', () => {
  const error = new ManifestError('Column 3 has no name.', {
    where: 'tasks.csv:1, column 3',
    fix: 'Give it a name.',
    code: 'X',
  });
  expect(renderError(error, context)).toBe(
    'error: Column 3 has no name.\n  where: tasks.csv:1, column 3\n  next: Give it a name.\n',
  );
});

test('lines that are not known are left out', () => {
  expect(renderError(new UsageError('No.'), context)).toBe('error: No.\n');
});

test('a message of several lines keeps them', () => {
  const error = new ManifestError('2 of 3 rows are refused.\n  a.csv:2: no id.\n  a.csv:3: no id.', {
    fix: 'Correct them.',
  });
  expect(renderError(error, context)).toBe(
    'error: 2 of 3 rows are refused.\n  a.csv:2: no id.\n  a.csv:3: no id.\n  next: Correct them.\n',
  );
});

test('anything else is a bug: its stack, those of its causes, the log, and how to go on', () => {
  const error = new TypeError('x is not a function', { cause: new Error('because') });
  const text = renderError(error, { ...context, run: { id: runId, log: '/runs/run.log' } });
  expect(text).toMatch(/^error: This is a bug in taskbatch: x is not a function\n {2}TypeError: x is not a function\n/);
  expect(text).toContain('error-text.test.ts');
  expect(text).toContain('caused by: Error: because');
  expect(text).toContain('\n  where: /runs/run.log\n');
  expect(
    text.endsWith(
      `  next: The run can be resumed: taskbatch resume ${runId}. Please report this text, with the log.\n`,
    ),
  ).toBe(true);
});

test('what is thrown may be anything, and causes may go in circles', () => {
  const circle = new Error('round');
  circle.cause = circle;
  expect(renderError(circle, context)).toContain('round');
  expect(renderError('just text', context)).toContain('This is a bug in taskbatch: just text');
  expect(renderError(undefined, context)).toContain('This is a bug in taskbatch: undefined');
});

test('secrets and terminal controls are taken out of everything', () => {
  const redact = createRedactor(['hunter2hunter2']);
  const text = 'token hunter2hunter2 \u001b[2J';
  const known = new StoppedError(text, { where: text, fix: text });
  const bug = new Error(text, { cause: new Error(text) });
  for (const error of [known, bug]) {
    const shown = renderError(error, { ...context, redact });
    expect(shown).not.toContain('hunter2');
    expect(shown).not.toContain('\u001b');
    expect(shown).toContain('<U+001B>[2J');
  }
});

test('only the labels are coloured', () => {
  expect(renderError(new UsageError('No.', { fix: 'Yes.' }), { ...context, colour: true })).toBe(
    '\u001b[31merror:\u001b[39m No.\n  \u001b[2mnext:\u001b[22m Yes.\n',
  );
});
