/** The bench's command: measures, prints a table and JSON, and compares with the baseline when told to. */
import { writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../src/errors.js';
import { renderTable } from '../../src/ui/table.js';
import { findRegressions, readBaseline, updateBaseline } from './baseline.js';
import { type Bench, createBench } from './bench.js';
import { type Figure, formatNumber, left, meetsGoal, right, type Section } from './figures.js';
import { measureDisk } from './measure-disk.js';
import { measureDispatch } from './measure-dispatch.js';
import { type GrowthSection, measureGrowth } from './measure-growth.js';
import { measureLimit } from './measure-limit.js';
import { measureReport } from './measure-report.js';
import { measureResume } from './measure-resume.js';
import { measureShared } from './measure-shared.js';
import { measureStartUp } from './measure-start-up.js';
import { measureTools } from './measure-tools.js';
import { measureValidate } from './measure-validate.js';
import { measureWaiting } from './measure-waiting.js';
import { type BenchOptions, type MeasureName, type Mode, readOptions, type Sizes, usage } from './options.js';

const baselineFile = join(process.cwd(), 'test', 'bench', 'baseline.json');

/** Programs of others are kept there from one bench to the next. */
const toolFolder = join(process.cwd(), 'node_modules', '.cache', 'bench-tools');

const measures: Readonly<Record<MeasureName, (bench: Bench, sizes: Sizes) => Promise<Section>>> = {
  dispatch: (bench, { dispatch }) => measureDispatch(bench, { ...dispatch, answerAfterMs: 0, goal: 0.6 }),
  distant: (bench, { distant }) => measureDispatch(bench, { ...distant, answerAfterMs: 20, goal: 0.97 }),
  tools: (bench, { tools }) => measureTools(bench, tools.rows, toolFolder),
  validate: (bench, { validate }) => measureValidate(bench, validate.rows, validate.repetitions),
  limit: (bench, { limit }) => measureLimit(bench, limit),
  shared: (bench, { shared }) => measureShared(bench, shared.factor),
  growth: (bench, { growth }) => measureGrowth(bench, growth),
  report: (bench, { report }) => measureReport(bench, report.rows, report.repetitions),
  'start-up': (bench, { startUp }) => measureStartUp(bench, startUp.repetitions),
  resume: (bench, { resume }) => measureResume(bench, resume),
  waiting: (bench, { waiting }) => measureWaiting(bench, waiting.seconds, waiting.repetitions),
  disk: (bench, { disk }) => measureDisk(bench, disk.rows),
};

async function measureAll({ only, sizes, bin }: BenchOptions): Promise<Section[]> {
  const bench = createBench(bin, (text) => process.stderr.write(`  ${text}\n`));
  try {
    const sections: Section[] = [];
    for (const name of only) sections.push(await measures[name](bench, sizes));
    return sections;
  } finally {
    bench.workplace.remove();
  }
}

function printSections(sections: readonly Section[], mode: Mode): void {
  for (const { title, columns, rows } of sections) {
    process.stdout.write(`\n${title}\n${indent(renderTable(columns, rows))}\n`);
  }
  // The goals are meant for sizes at which starting a process does not count.
  const columns = [left('figure'), right('value'), ...(mode === 'quick' ? [] : [right('goal'), left('')])];
  const rows = sections.flatMap(({ figures }) => figures).map((figure) => figureLine(figure).slice(0, columns.length));
  process.stdout.write(`\nFigures\n${indent(renderTable(columns, rows))}\n`);
}

/** For the README: the figures with their goals. */
function printMarkdown(figures: readonly Figure[], mode: Mode, date: string): void {
  const rows = figures.map((figure) => figureLine(figure).slice(0, 3).join(' | '));
  const lines = ['| What | Figure | Goal |', '| --- | --- | --- |', ...rows.map((row) => `| ${row} |`)];
  process.stdout.write(
    `\nMeasured on ${date} with \`npm run bench${mode === 'standard' ? '' : ` -- --${mode}`}\`:\n\n${lines.join('\n')}\n`,
  );
}

function figureLine(figure: Figure): string[] {
  const { what, value, unit, better, goal } = figure;
  const met = meetsGoal(figure);
  const bound = goal === null ? '' : `${better === 'higher' ? '>=' : '<='} ${formatNumber(goal)} ${unit}`;
  return [what, `${formatNumber(value)} ${unit}`, bound, met === null ? '' : met ? 'met' : 'missed'];
}

function indent(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join('\n');
}

function compare(options: BenchOptions, figures: readonly Figure[]): number {
  const entry = readBaseline(baselineFile)[options.mode];
  if (entry === undefined) {
    process.stderr.write(`There is no baseline for ${options.mode} yet: write one with --update.\n`);
    return 2;
  }
  const regressions = findRegressions(figures, entry.figures);
  for (const line of regressions) process.stderr.write(`WORSE  ${line}\n`);
  process.stderr.write(
    `${regressions.length} of ${figures.length} figures are worse than the baseline of ${entry.date}.\n`,
  );
  return regressions.length > 0 ? 1 : 0;
}

/** Null when the flags are not understood, which is told then. */
function understand(args: readonly string[]): BenchOptions | null {
  try {
    return readOptions(args);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${usage}`);
    return null;
  }
}

async function main(args: readonly string[]): Promise<number> {
  const options = understand(args);
  if (options === null) return 2;
  const { model = 'unknown' } = cpus()[0] ?? {};
  const machine = `${cpus().length} x ${model.trim()}, ${process.platform} ${process.arch}`;
  const date = new Date().toISOString().slice(0, 10);
  process.stdout.write(`taskbatch bench, ${options.mode}, ${date}\nNode ${process.version}, ${machine}, ${tmpdir()}\n`);
  const sections = await measureAll(options);
  const figures = sections.flatMap((section) => section.figures);
  printSections(sections, options.mode);
  const document = { date, node: process.version, machine, mode: options.mode, figures, sections };
  const json = `${JSON.stringify({ ...document, sections: sections.map(withoutFigures) }, null, 2)}\n`;
  if (options.markdown) printMarkdown(figures, options.mode, date);
  const growth = sections.find((section): section is GrowthSection => 'commands' in section);
  if (options.growthFile !== null && growth !== undefined) {
    const { commands } = growth;
    writeFileSync(
      options.growthFile,
      `${JSON.stringify({ date, node: process.version, machine, commands }, null, 1)}\n`,
    );
  }
  if (options.json === null) process.stdout.write(`\nJSON\n${json}`);
  else writeFileSync(options.json, json);
  if (options.baseline === 'update') {
    updateBaseline(baselineFile, options.mode, figures, { date, node: process.version });
  }
  return options.baseline === 'check' ? compare(options, figures) : 0;
}

function withoutFigures({ title, columns, rows }: Section) {
  return { title, columns: columns.map((column) => column.title), rows };
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  // Whatever still runs side by side with what failed must not keep the process alive.
  process.exit(2);
}
