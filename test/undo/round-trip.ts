/** Runs on a served sandbox, taken back with the real bin, with the sandbox's own word on what it holds. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isObject, type JsonObject, listField } from '../../src/json.js';
import { referenceMark } from '../../src/manifest/reference-text.js';
import { catalogue } from '../contract/samples.js';
import { createWorkplace, type Finished, runBin } from '../support/bin.js';
import { serveSandbox, target } from '../support/served-sandbox.js';

/** A title of everything that a file, a spreadsheet, a screen or a reference could trip over. */
export const hostileTitle = `=1+1 "quoted", a;b\ttab\nline two\r\n${referenceMark}undo-1.id} 'x [1] {"a":1} <b>é😀</b> @SUM(A1)`;

/** As a manifest has it: what would pass for a reference has its mark doubled. */
export const hostileCell = hostileTitle.replace(referenceMark, (mark) => `$${mark}`);

const undoSchema = z.object({
  kind: z.literal('undo'),
  run: z.string(),
  file: z.string().nullable(),
  manifestRows: z.number(),
  rows: z.object({
    whole: z.number(),
    part: z.number(),
    none: z.number(),
    changed: z.number(),
    unsure: z.number(),
  }),
  groups: z.array(
    z.object({
      coverage: z.string(),
      operation: z.string(),
      words: z.array(z.string()),
      rows: z.array(z.number()),
    }),
  ),
  unsettled: z.number(),
  next: z.string().nullable(),
  following: z.array(z.string()),
});
const planSchema = z.object({
  run: z.string(),
  editedUndo: z.object({ rows: z.number(), firstLines: z.array(z.number()) }),
  undo: z.object({
    operations: z.array(
      z.object({ operation: z.string(), reach: z.string(), words: z.array(z.string()), rows: z.number() }),
    ),
  }),
});

export type UndoAnswer = z.output<typeof undoSchema>;

const verifySchema = z.object({
  rows: z.object({ holds: z.number(), reverted: z.number(), unsure: z.number() }),
});

const reportSchema = z.object({ _row: z.number(), _target: z.string().nullable(), _state: z.string() }).loose();

export type Cells = Readonly<Record<string, unknown>>;

/** @param variables what is set beside the sandbox's own, from its address. */
export async function openRoundTrip(variables: (origin: string) => Readonly<Record<string, string>> = () => ({})) {
  const workplace = createWorkplace();
  const sandbox = await serveSandbox();
  const environment = { ...sandbox.environment, ...variables(sandbox.origin) };
  const bin = (args: readonly string[]): Promise<Finished> => runBin([...args], { workplace, environment });
  let files = 0;

  const expectCode = async (args: readonly string[], codes: readonly number[]): Promise<Finished> => {
    const done = await bin(args);
    if (!codes.includes(done.exitCode ?? -1)) {
      throw new Error(`taskbatch ${args.join(' ')} ended with ${done.exitCode}:\n${done.stdout}${done.stderr}`);
    }
    return done;
  };
  const runFile = async (file: string, more: readonly string[] = [], codes: readonly number[] = [0]) => {
    const args = ['run', file, '--rate', '0', '--yes', '--no-progress', '--json', ...more];
    const { stdout } = await expectCode(args, codes);
    return z.object({ run: z.string(), states: z.record(z.string(), z.number()) }).parse(JSON.parse(stdout));
  };

  const writeRows = (provider: string, rows: readonly Cells[]): string => {
    files += 1;
    const file = `rows-${files}.jsonl`;
    writeFileSync(join(workplace.dir, file), rows.map((row) => `${JSON.stringify({ provider, ...row })}\n`).join(''));
    return file;
  };

  return {
    workplace,
    sandbox,
    bin,
    /** Runs rows of one service; all must succeed. Gives the run's id. */
    run: async (provider: string, rows: readonly Cells[], codes?: readonly number[]): Promise<string> => {
      return (await runFile(writeRows(provider, rows), [], codes)).run;
    },
    /** The same, one row after the other: several in the air may arrive in any order. */
    runInTurn: async (provider: string, rows: readonly Cells[]): Promise<string> => {
      return (await runFile(writeRows(provider, rows), ['--concurrency', '1'])).run;
    },
    runFile,
    /** Plans rows and applies the plan; all must succeed. Gives the run's id, and how far the plan says that it comes back. */
    planAndApply: async (provider: string, rows: readonly Cells[], more: readonly string[] = []) => {
      const { stdout } = await expectCode(
        ['plan', writeRows(provider, rows), '--rate', '0', '--no-progress', '--json', ...more],
        [0],
      );
      const { run, undo } = planSchema.parse(JSON.parse(stdout));
      await expectCode(['apply', run, '--rate', '0', '--yes', '--no-progress', '--json'], [0]);
      return { run, told: undo.operations };
    },
    /** How many rows of a run still hold. */
    verify: async (run: string) => {
      const { stdout } = await expectCode(['verify', run, '--rate', '0', '--no-progress', '--json'], [0, 3]);
      return verifySchema.parse(JSON.parse(stdout)).rows;
    },
    undo: async (run: string, more: readonly string[] = [], codes = [0, 3]): Promise<UndoAnswer> => {
      const { stdout } = await expectCode(['undo', run, '--rate', '0', '--no-progress', '--json', ...more], codes);
      return undoSchema.parse(JSON.parse(stdout));
    },
    /** How many lines of what `undo` wrote count as edited since. */
    edited: async (file: string): Promise<number> => {
      const { stdout } = await expectCode(['plan', file, '--rate', '0', '--no-progress', '--json'], [0, 3]);
      return planSchema.parse(JSON.parse(stdout)).editedUndo.rows;
    },
    /** Validates what `undo` wrote, and runs it step by step. Gives the ids of the runs. */
    apply: async ({ file, next, following }: UndoAnswer): Promise<string[]> => {
      if (file === null || next === null) throw new Error('there is no manifest');
      await expectCode(['validate', file], [0]);
      const runs: string[] = [];
      for (const command of [next, ...following]) {
        const where = /--where '([^']+)'/.exec(command)?.[1];
        runs.push((await runFile(file, where === undefined ? [] : ['--where', where])).run);
      }
      return runs;
    },
    /** The report's rows. */
    report: async (run: string) => {
      const { stdout } = await expectCode(['report', run, '--format', 'jsonl'], [0]);
      return stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => reportSchema.parse(JSON.parse(line)));
    },
    manifest: (file: string): string => readFileSync(join(workplace.dir, file), 'utf8'),
    fill: (provider: string, operation: string, values: Cells): void =>
      sandbox.fill([target(provider, operation, { ...values })]),
    /** What the sandbox holds, without what time alone changes. */
    hold: async (provider: string, id: string, without: readonly string[] = []): Promise<JsonObject> => {
      const answer = await fetch(`${sandbox.origin}/_sandbox/inspect/${provider}/${id}`);
      const thing: unknown = await answer.json();
      if (!isObject(thing) || answer.status !== 200) throw new Error(`${provider} holds no ${id}`);
      const kept = Object.entries(thing).filter(([name]) => ![...volatile, ...without].includes(name));
      return JSON.parse(
        JSON.stringify(Object.fromEntries(kept.map(([name, value]) => [name, withoutMark(name, value)]))),
      );
    },
    close: async (): Promise<void> => {
      await sandbox.close();
      workplace.remove();
    },
  };
}
export type RoundTrip = Awaited<ReturnType<typeof openRoundTrip>>;

/** Comments without their ids, and when they were written: those of one that is written again are others. */
function withoutMark(name: string, value: unknown): unknown {
  if (!['comments', 'threads'].includes(name)) return value;
  const list = isObject(value) ? listField(value, 'data') : Array.isArray(value) ? value : [];
  return list.map((one: unknown) => {
    const members = isObject(one) ? Object.entries(one) : [];
    return Object.fromEntries(members.filter(([member]) => !['id', 'date', 'created_at'].includes(member)));
  });
}

/** When it was changed, and its place in lists. */
const volatile = ['date_updated', 'last_updated', 'orderindex', 'changedDate', 'activityDate', 'statusChangedDate'];

export interface Case {
  readonly title: string;
  /** Rows before the run under test, on the same thing. */
  readonly before?: readonly Cells[];
  readonly row: Cells;
  readonly coverage: 'whole' | 'part' | 'none';
  /** What the words of its coverage allow to differ. */
  readonly without?: readonly string[];
  /** What differs when it is done a second time. */
  readonly withoutAgain?: readonly string[];
}

export interface Trip {
  readonly before: readonly JsonObject[];
  /** After the run, after taking it back, and after taking that back. */
  readonly changed: readonly JsonObject[];
  readonly after: readonly JsonObject[];
  readonly again: readonly JsonObject[];
  /** How far the rows come back, as the plan had said. */
  readonly told: ReadonlyArray<Told>;
  readonly undone: UndoAnswer;
  /** How many lines of the two manifests of undo counted as edited. */
  readonly edited: number;
  /** How many rows held before they were taken back, and after. */
  readonly verified: readonly [before: Held, after: Held];
}

interface Told {
  readonly operation: string;
  readonly reach: string;
  readonly words: readonly string[];
  readonly rows: number;
}

/** As the plan said and as undo says, in forms that compare: how many rows of an operation come back how. */
export function toldAndMet({ told, undone }: Pick<Trip, 'told' | 'undone'>): {
  readonly told: string[];
  readonly met: string[];
} {
  const line = (operation: string, reach: string, words: readonly string[], rows: number) =>
    `${operation}: ${rows} ${reach}${words.map((word) => `; ${word}`).join('')}`;
  return {
    told: told.map(({ operation, reach, words, rows }) => line(operation, reach, words, rows)).sort(),
    met: undone.groups
      .map(({ operation, coverage, words, rows }) => line(operation, coverage, words, rows.length))
      .sort(),
  };
}

type Held = z.output<typeof verifySchema>['rows'];

/** Made and deleted things come back under other ids; `test/e2e/undo.test.ts` takes them back. */
const elsewhere: ReadonlySet<string> = new Set(['create', 'delete']);

/**
 * What the cases leave untried of a service's operations, and where what an operation says of itself is not what the
 * cases show at best. Empty when every operation that is registered goes there and back as it says.
 */
export function missingTrips(provider: string, cases: readonly Case[]): string[] {
  const best = (operation: string): Case['coverage'] | null => {
    const met = cases.filter(({ row }) => row.operation === operation).map(({ coverage }) => coverage);
    return (['whole', 'part', 'none'] as const).find((coverage) => met.includes(coverage)) ?? null;
  };
  return catalogue
    .filter((entry) => entry.provider === provider && !elsewhere.has(entry.name))
    .flatMap(({ name, undo: { reach } }) => {
      const met = best(name);
      if (met === null) return reach === 'none' ? [] : `${name} has no round trip`;
      return met === reach ? [] : `${name} says ${reach}, and comes back ${met}`;
    });
}

/** Does all rows in one run, takes it back, and takes that back. */
export async function goAndReturn(
  trip: RoundTrip,
  provider: string,
  cases: readonly Case[],
  nameOf: (index: number, row: Cells) => Readonly<Record<string, string>>,
): Promise<Trip> {
  const named = (row: Cells, index: number) => ({ ...row, ...nameOf(index, row) });
  const holdAll = async () => {
    const held: JsonObject[] = [];
    for (const [index, { row, without = [] }] of cases.entries()) {
      const [id = ''] = Object.values(nameOf(index, row));
      held.push(await trip.hold(provider, id, without));
    }
    return held;
  };
  // One after the other: rows of one manifest are all planned before the first is done.
  const rounds = Math.max(...cases.map(({ before = [] }) => before.length));
  for (let round = 0; round < rounds; round++) {
    const rows = cases.flatMap(({ before = [] }, index) =>
      before.slice(round, round + 1).map((row) => named(row, index)),
    );
    await trip.run(provider, rows);
  }
  const before = await holdAll();
  const { run, told } = await trip.planAndApply(
    provider,
    cases.map(({ row }, index) => named(row, index)),
  );
  const changed = await holdAll();
  const heldBefore = await trip.verify(run);
  const undone = await trip.undo(run);
  let edited = await trip.edited(undone.file ?? '');
  const steps = await trip.apply(undone);
  const after = await holdAll();
  const verified = [heldBefore, await trip.verify(run)] as const;
  // An undo that took several steps is taken back from its last.
  for (const step of steps.toReversed()) {
    const back = await trip.undo(step);
    edited += await trip.edited(back.file ?? '');
    await trip.apply(back);
  }
  return { before, changed, after, again: await holdAll(), told, undone, edited, verified };
}

export function coverageOf({ groups }: UndoAnswer, row: number): string | undefined {
  return groups.find(({ rows }) => rows.includes(row))?.coverage;
}

/** What is lost by the rows that are taken back in part. */
export function lostWords({ groups }: UndoAnswer): string[] {
  return [...new Set(groups.filter(({ coverage }) => coverage === 'part').flatMap(({ words }) => words))].sort();
}
