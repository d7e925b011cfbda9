/** The command line of the bench, and how much each mode does. */
import { parseArgs } from 'node:util';

export const modes = ['quick', 'standard', 'full'] as const;
export type Mode = (typeof modes)[number];

/** A limit, and the distance of the service behind it. */
export interface LimitCase {
  readonly limit: number;
  readonly windowMs: number;
  /** Bounds of a request's way there and back. */
  readonly roundTripMs: readonly [min: number, max: number];
  /** For how many windows it runs. */
  readonly windows: number;
}

export const growthCommands = ['validate', 'plan', 'run', 'resume', 'report'] as const;
export type GrowthCommand = (typeof growthCommands)[number];

function upTo(...rows: readonly number[]): Readonly<Record<GrowthCommand, readonly number[]>> {
  return { validate: rows, plan: rows, run: rows, resume: rows, report: rows };
}

export interface Sizes {
  readonly dispatch: { readonly rows: number; readonly repetitions: number };
  /** The same against answers that take their time. */
  readonly distant: { readonly rows: number; readonly repetitions: number };
  readonly validate: { readonly rows: number; readonly repetitions: number };
  readonly limit: readonly LimitCase[];
  /** How many times faster than real time passes for processes that share a limit. */
  readonly shared: { readonly factor: number };
  /** Rows that other tools delete too. */
  readonly tools: { readonly rows: number };
  readonly report: { readonly rows: number; readonly repetitions: number };
  /** Numbers of rows, in ascending order, for which each command's time and memory is measured. */
  readonly growth: Readonly<Record<GrowthCommand, readonly number[]>>;
  readonly startUp: { readonly repetitions: number };
  /** How long the CPU is watched while the limit holds a run back. */
  readonly waiting: { readonly seconds: number; readonly repetitions: number };
  readonly disk: { readonly rows: number };
  readonly resume: { readonly rows: number; readonly left: number; readonly repetitions: number };
}

/** 100 a minute at 5 to 300 ms, with every time divided by 20. */
const scaledMinute: LimitCase = { limit: 100, windowMs: 3_000, roundTripMs: [0.25, 15], windows: 8 };
/** ClickUp's Enterprise plan, 10,000 a minute, in windows of 3 s; the way is as short beside the window as it is there. */
const scaledEnterprise: LimitCase = { limit: 500, windowMs: 3_000, roundTripMs: [0.25, 15], windows: 8 };
const realMinute: LimitCase = { limit: 100, windowMs: 60_000, roundTripMs: [5, 300], windows: 4 };

const sizes: Readonly<Record<Mode, Sizes>> = {
  quick: {
    dispatch: { rows: 3_000, repetitions: 1 },
    distant: { rows: 2_000, repetitions: 1 },
    validate: { rows: 200_000, repetitions: 1 },
    limit: [{ limit: 50, windowMs: 1_500, roundTripMs: [0.125, 7.5], windows: 5 }],
    shared: { factor: 20 },
    tools: { rows: 200 },
    report: { rows: 20_000, repetitions: 1 },
    growth: { ...upTo(1_000, 5_000), validate: [1_000, 50_000] },
    startUp: { repetitions: 3 },
    waiting: { seconds: 6, repetitions: 1 },
    disk: { rows: 1_000 },
    resume: { rows: 20_000, left: 200, repetitions: 1 },
  },
  standard: {
    dispatch: { rows: 20_000, repetitions: 3 },
    distant: { rows: 20_000, repetitions: 5 },
    validate: { rows: 1_000_000, repetitions: 3 },
    limit: [scaledMinute],
    shared: { factor: 10 },
    tools: { rows: 2_000 },
    report: { rows: 200_000, repetitions: 3 },
    growth: upTo(1_000, 10_000, 100_000),
    startUp: { repetitions: 25 },
    waiting: { seconds: 30, repetitions: 3 },
    disk: { rows: 10_000 },
    resume: { rows: 200_000, left: 2_000, repetitions: 1 },
  },
  full: {
    dispatch: { rows: 20_000, repetitions: 5 },
    distant: { rows: 20_000, repetitions: 5 },
    validate: { rows: 1_000_000, repetitions: 5 },
    limit: [scaledMinute, scaledEnterprise, realMinute],
    shared: { factor: 1 },
    tools: { rows: 5_000 },
    report: { rows: 1_000_000, repetitions: 3 },
    growth: { ...upTo(1_000, 10_000, 100_000, 1_000_000), validate: [1_000, 10_000, 100_000, 1_000_000, 10_000_000] },
    startUp: { repetitions: 25 },
    waiting: { seconds: 60, repetitions: 3 },
    disk: { rows: 20_000 },
    resume: { rows: 1_000_000, left: 10_000, repetitions: 3 },
  },
};

export const measureNames = [
  'dispatch',
  'distant',
  'tools',
  'validate',
  'report',
  'limit',
  'shared',
  'growth',
  'start-up',
  'resume',
  'waiting',
  'disk',
] as const;
export type MeasureName = (typeof measureNames)[number];

export interface BenchOptions {
  readonly mode: Mode;
  readonly sizes: Sizes;
  readonly only: readonly MeasureName[];
  /** The bin to measure: the one that the build makes unless given. */
  readonly bin: string | null;
  /** Where the JSON goes; null = to stdout, below the table. */
  readonly json: string | null;
  /** Where the figures of growth go; null = nowhere. */
  readonly growthFile: string | null;
  /** Whether the figures are printed as a table of Markdown too. */
  readonly markdown: boolean;
  readonly baseline: 'ignore' | 'check' | 'update';
}

export const usage = `npm run bench -- [flags]
  --quick              small sizes, under a minute; --full: the sizes of the published figures, half an hour
  --only NAME,…        of ${measureNames.join(', ')}
  --validate-rows N    rows of the manifest that validate reads
  --growth FILE        write the figures of growth there as JSON, for the plot: npm run plot
  --markdown           print the table of the README, ready to paste
  --bin FILE           another main.js to measure
  --json FILE          write the figures there (default: below the table)
  --check              compare the ratios with test/bench/baseline.json; exit 1 when one is clearly worse
  --update             write test/bench/baseline.json for this mode
`;

/** @throws {TypeError} for flags that there are not, or values that are none. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      only: { type: 'string' },
      'validate-rows': { type: 'string' },
      bin: { type: 'string' },
      json: { type: 'string' },
      growth: { type: 'string' },
      markdown: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      update: { type: 'boolean', default: false },
    },
  });
  const mode = values.quick ? 'quick' : values.full ? 'full' : 'standard';
  const rows = Number(values['validate-rows'] ?? sizes[mode].validate.rows);
  if (!(rows >= 1)) throw new TypeError(`--validate-rows ${values['validate-rows']} is no number of rows`);
  return {
    mode,
    sizes: { ...sizes[mode], validate: { ...sizes[mode].validate, rows } },
    only: values.only === undefined ? measureNames : values.only.split(',').map(readMeasureName),
    bin: values.bin ?? null,
    json: values.json ?? null,
    growthFile: values.growth ?? null,
    markdown: values.markdown,
    baseline: values.update ? 'update' : values.check ? 'check' : 'ignore',
  };
}

function readMeasureName(text: string): MeasureName {
  const name = measureNames.find((known) => known === text);
  if (name === undefined) throw new TypeError(`--only ${text}: there is ${measureNames.join(', ')}`);
  return name;
}
