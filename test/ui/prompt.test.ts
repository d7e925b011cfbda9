import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { confirm, confirmCount } from '../../src/ui/prompt.js';
import { createSink } from './kit.js';
import { createScreen } from './screen.js';

/** What a person types; the input stays open, as a terminal does. */
function typed(text: string): PassThrough {
  const input = new PassThrough();
  input.write(text);
  return input;
}

test.each(['y\n', 'Y\n', 'yes\n', '  YES \r\n'])('%j is a yes', async (text) => {
  const output = createSink();
  expect(await confirm({ input: typed(text), output, question: 'Delete 400 tasks?' })).toBe(true);
  expect(output.text()).toBe('Delete 400 tasks? [y/N] ');
});

test.each(['\n', 'n\n', 'no\n', 'yeah\n', 'yn\n', 'sure, y\n', '1\n'])('%j is a no', async (text) => {
  expect(await confirm({ input: typed(text), output: createSink(), question: 'Go?' })).toBe(false);
});

test('the end of the input is a no, also when it came before the question', async () => {
  // Like a terminal, it is not destroyed when it ends.
  const input = new PassThrough({ autoDestroy: false });
  input.end();
  const output = createSink();
  expect(await confirm({ input, output, question: 'Go?' })).toBe(false);
  expect(output.text()).toBe('Go? [y/N] \r\n');
  expect(input.readableEnded).toBe(true);
  expect(await confirm({ input, output, question: 'Go?' })).toBe(false);
  expect(await confirm({ input: new PassThrough().destroy(), output, question: 'Go?' })).toBe(false);
});

test('Ctrl-C on a terminal is a no that is told, and what follows begins on a new line', async () => {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = createScreen();
  const told: string[] = [];
  const answer = confirm({ input, output, question: 'Go?', onInterrupt: () => told.push('interrupted') });
  input.write('\u0003');
  expect(await answer).toBe(false);
  expect(told).toEqual(['interrupted']);
  output.write('after');
  expect(output.lines()).toEqual(['Go? [y/N]', 'after']);
});

test('a signal that ends the process is a no', async () => {
  const stopped = new AbortController();
  const options = { output: createSink(), question: 'Go?', signal: stopped.signal };
  const answer = confirm({ ...options, input: new PassThrough() });
  stopped.abort();
  expect(await answer).toBe(false);
  expect(await confirm({ ...options, input: typed('y\n') })).toBe(false);
});

test('an input that breaks is a no', async () => {
  const input = new PassThrough();
  const answer = confirm({ input, output: createSink(), question: 'Go?' });
  input.destroy(new Error('EIO'));
  expect(await answer).toBe(false);
});

test('the input is left alone after the answer', async () => {
  const input = typed('y\n');
  await confirm({ input, output: createSink(), question: 'Go?' });
  expect(input.isPaused()).toBe(true);
  expect(input.listenerCount('error')).toBe(0);
});

test.each([
  ['1400\n', true],
  ['1,400\n', true],
  [' 1 400 \n', true],
  ["1'400\n", true],
  ['1401\n', false],
  ['14,00\n', false],
  ['y\n', false],
  ['-1400\n', false],
  ['1400 rows\n', false],
  ['\n', false],
])('the number of rows typed as %j: %s', async (text, agreed) => {
  const output = createSink();
  const question = 'This deletes 1,400 tasks for good.';
  expect(await confirmCount({ input: typed(text), output, question, count: 1_400 })).toBe(agreed);
  expect(output.text()).toBe('This deletes 1,400 tasks for good. Type the number of rows (1,400) to go on: ');
});

test('no answer is no number, also where none is to be done', async () => {
  const input = new PassThrough();
  input.end('\n');
  expect(await confirmCount({ input, output: createSink(), question: 'Go?', count: 0 })).toBe(false);
});
