/** Bars and log lines as a real terminal emulator shows them, in whatever order they come. */
import { Writable } from 'node:stream';
import xterm from '@xterm/headless';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createProgress } from '../../src/ui/progress.js';
import { createFakeClock } from './kit.js';

const lanes = [
  { provider: 'clickup', title: 'ClickUp', rows: 50, requestsPerMinute: 100 },
  { provider: 'tallyfy', title: 'Tallyfy', rows: 50, requestsPerMinute: 100 },
  { provider: 'bitrix24', title: 'Bitrix24', rows: 50, requestsPerMinute: 100 },
];

async function play(count: number, columns: number, steps: ReadonlyArray<string | number>): Promise<string[]> {
  const terminal = new xterm.Terminal({
    cols: columns,
    rows: 30,
    scrollback: 1_000,
    allowProposedApi: true,
    convertEol: true,
  });
  const stream = Object.assign(
    new Writable({
      decodeStrings: false,
      write: (chunk: string | Buffer, _encoding, done) => terminal.write(chunk.toString(), done),
    }),
    { isTTY: true, columns },
  );
  const progress = createProgress({
    stream,
    isTerminal: true,
    clock: createFakeClock(),
    enabled: true,
    columns: () => columns,
    unicode: true,
    timeZone: 'UTC',
  });
  progress.start('running', lanes.slice(0, count));
  for (const step of steps) {
    if (typeof step === 'string') progress.log(step);
    else {
      const provider = lanes[step % count]?.provider ?? '';
      progress.events.row?.({
        number: 1,
        line: 2,
        provider,
        operation: 'delete',
        end: { kind: 'returned', stop: null },
      });
    }
    // Lets the emulator, and redraws that are due, have their turn.
    await new Promise<void>((resolve) => terminal.write('', resolve));
  }
  progress.stop();
  await new Promise<void>((resolve) => stream.write('', () => terminal.write('', resolve)));
  const { active } = terminal.buffer;
  const lines: string[] = [];
  for (let at = 0; at < active.length; at++) {
    const line = active.getLine(at);
    const text = line?.translateToString(true) ?? '';
    if (line?.isWrapped === true) lines[lines.length - 1] = `${lines.at(-1) ?? ''}${text}`;
    else lines.push(text);
  }
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

test('every line of the log stands whole and in order above the bars, whatever comes between', async () => {
  const line = fc.stringMatching(/^[a-z0-9][a-z0-9 ]{0,150}[a-z0-9]$/);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(60, 80, 200),
      fc.array(fc.oneof(line, fc.nat(9)), { maxLength: 12 }),
      async (count, columns, steps) => {
        const lines = await play(count, columns, steps);
        const logged = steps.filter((step) => typeof step === 'string');
        expect(lines.slice(0, -count)).toEqual(logged);
        expect(lines.slice(-count).map((text) => text.split(' ')[0])).toEqual(
          lanes.slice(0, count).map(({ title }) => title),
        );
      },
    ),
    { numRuns: 60 },
  );
});
