/** The command: tortures the bin, prints what came of it as a table and JSON, and fails on any finding. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../src/errors.js';
import { renderTable } from '../../src/ui/table.js';
import { figureLines, sumUp } from './figures.js';
import { type CommandOptions, readOptions, usage } from './options.js';
import type { RoundResult } from './round-result.js';
import { torture } from './torture.js';

const builtBin = join(process.cwd(), 'dist', 'main.js');
/** What is asked for in the design: so many of a hundred doubts need no person. */
const wantedPercent = 99.5;

function tellRound({ seed, size }: CommandOptions, result: RoundResult, keptIn: string | null): void {
  const { plan, kills, signals, doubts, findings, highest, ms, faults } = result;
  const limit = plan.rate === 0 ? 'no limit' : `${highest} of ${plan.rate} a minute`;
  const facts = [
    `${plan.rows.length} rows`,
    `${kills} kills`,
    `${signals} signals`,
    `${faults} faults`,
    `${doubts.told.rows + doubts.untold.rows} doubts`,
    limit,
    `${(ms / 1_000).toFixed(1)} s`,
    plan.faults === '' ? 'no faults' : plan.faults,
  ];
  process.stderr.write(`round ${plan.round}: ${facts.join(', ')}\n`);
  for (const { kind, text } of findings) process.stderr.write(`  FOUND ${kind}: ${text}\n`);
  if (keptIn === null) return;
  const rows = size.rows.join('-');
  process.stderr.write(
    `  kept in ${keptIn}; again: npm run torture -- --seed ${seed} --rows ${rows} --round ${plan.round}\n`,
  );
}

async function main(args: readonly string[]): Promise<number> {
  let options: CommandOptions;
  try {
    options = readOptions(args);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${usage}`);
    return 2;
  }
  const { seed, kills, only, size, longestMs, factor, abreast, json } = options;
  const startedAtMs = performance.now();
  process.stdout.write(
    `taskbatch torture, seed ${seed}, ${kills} kills, time ${factor} times faster, Node ${process.version}\n`,
  );
  const results = await torture({
    ...{ seed, kills, only, size, longestMs, abreast },
    round: { bin: options.bin ?? builtBin, factor },
    tell: (result, keptIn) => tellRound(options, result, keptIn),
  });
  const figures = sumUp(seed, results, performance.now() - startedAtMs);
  const columns = [
    { title: 'figure', align: 'left' },
    { title: '', align: 'left' },
  ] as const;
  process.stdout.write(`\n${renderTable(columns, figureLines(figures)).join('\n')}\n`);
  const document = { figures, rounds: results };
  const text = `${JSON.stringify(json === null ? figures : document, null, 2)}\n`;
  if (json === null) process.stdout.write(`\n${text}`);
  else writeFileSync(json, text);
  const isBelow = figures.settledPercent !== null && figures.settledPercent < wantedPercent;
  return results.some(({ findings }) => findings.length > 0) || isBelow ? 1 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(2);
}
