/** One round: a run that is killed again and again, resumed to its end, and held against the ledger. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { messageOf } from '../../src/errors.js';
import { isFinal } from '../../src/state/status.js';
import { createWorkplace, type Workplace } from '../support/bin.js';
import type { BinSetting } from './bin.js';
import { type EndedRow, type Finding, judgeEnding, judgeInstant, judgeReport, noteFinals } from './judge.js';
import { type OtherSide, startOtherSide } from './other-side.js';
import type { Interruption, RoundPlan } from './round-plan.js';
import { newResult, type RoundResult, type Stage } from './round-result.js';
import { manifestOf } from './rows.js';
import { copyState, lookAt, type RunLook, rowsEverInDoubt } from './run-look.js';
import { type SittingEnd, sit } from './sitting.js';
import { createTimeScale, scaledClock, scaleFlag } from './time-scale.js';

/** Sittings after the last planned interruption with faults, and then without any, before a run counts as stuck. */
const calmAfter = 4;
const stuckAfter = 10;

export interface RoundOptions {
  /** Path of the `main.js` to run. */
  readonly bin: string;
  /** How many times faster time passes for bin and services. */
  readonly factor: number;
  /** Where what is left of a round with findings is to stay; null = nothing stays. */
  readonly keep: ((result: RoundResult, workplace: Workplace, ledger: unknown) => void) | null;
}

export async function runRound(plan: RoundPlan, options: RoundOptions): Promise<RoundResult> {
  const startedAtMs = performance.now();
  const scale = createTimeScale(options.factor);
  const side = await startOtherSide(plan, scaledClock(scale));
  const workplace = createWorkplace();
  const nodeFlags = [scaleFlag(scale)];
  const round = new Round(plan, side, { bin: options.bin, nodeFlags, workplace, environment: side.environment });
  let isKept = false;
  try {
    await round.run();
    round.result.ms = performance.now() - startedAtMs;
    if (round.result.findings.length > 0 && options.keep !== null) {
      options.keep(round.result, workplace, side.ledger());
      isKept = true;
    }
    return round.result;
  } finally {
    await side.close();
    if (!isKept) workplace.remove();
  }
}

class Round {
  readonly result: RoundResult;
  readonly #plan: RoundPlan;
  readonly #side: OtherSide;
  readonly #setting: BinSetting;
  readonly #runs: string;
  /** Folders of runs that came to nothing. */
  readonly #gone = new Set<string>();
  readonly #finals = new Map<number, string>();
  readonly #doubtful = new Set<number>();
  /** Whether the last sitting was killed. */
  #killedLast = false;

  constructor(plan: RoundPlan, side: OtherSide, setting: BinSetting) {
    this.#plan = plan;
    this.#side = side;
    this.#setting = setting;
    this.#runs = join(setting.workplace.dir, '.taskbatch', 'runs');
    this.result = newResult(plan);
  }

  async run(): Promise<void> {
    const { dir } = this.#setting.workplace;
    writeFileSync(join(dir, 'rows.csv'), manifestOf(this.#plan.rows));
    const waiting = [...this.#plan.interruptions];
    for (let calm = 0; ; ) {
      const interruption = waiting.shift() ?? null;
      if (interruption === null) calm += 1;
      if (calm > calmAfter) this.#side.setFaults('');
      const before = this.#lookAtRest();
      if (before?.state === 'finished') break;
      if (calm > stuckAfter) {
        this.#find('bin', `the run does not come to its end: it is ${before?.state ?? 'not there'}`);
        break;
      }
      await this.#sit(this.#nextCommand(before), interruption);
    }
    await this.#judge();
  }

  /** What a person would type now. */
  #nextCommand(look: RunLook | null): string[] {
    const { rate, pace, concurrency, reviewed } = this.#plan;
    const flags = ['--rate', `${rate}`, '--pace', pace, '--concurrency', `${concurrency}`, '--timeout', '10s'];
    const rest = [...flags, '--yes', '--no-progress', '--json'];
    const id = this.#runId();
    if (look === null || id === null) {
      // What a crash left before the manifest was read is passed over.
      if (id !== null) this.#gone.add(id);
      return reviewed ? ['plan', 'rows.csv', ...rest.filter((flag) => flag !== '--yes')] : ['run', 'rows.csv', ...rest];
    }
    return [look.state === 'planned' ? 'apply' : 'resume', id, ...rest];
  }

  async #sit(args: string[], interruption: Interruption | null): Promise<void> {
    const end = await sit(args, {
      setting: this.#setting,
      side: this.#side,
      interruption,
      look: () => {
        if (this.#plan.watched) this.#lookOn();
      },
    });
    const { result } = this;
    result.sittings += 1;
    result.signals += end.sent.filter((signal) => signal !== 'SIGKILL').length;
    const look = this.#lookAtRest();
    this.#killedLast = end.signal === 'SIGKILL';
    if (this.#killedLast) {
      result.kills += 1;
      result.killedWhile[this.#stageOf(look)] += 1;
    }
    for (const { number, state } of look?.rows ?? []) if (state === 'sending') this.#doubtful.add(number);
    this.#judgeEnd(args, end);
  }

  #stageOf(look: RunLook | null): Stage {
    if (this.#runId() === null || look === null) return 'starting';
    if (!look.loaded) return 'loading';
    const { state } = look;
    return state === 'planning' || state === 'planned' || state === 'running' ? state : 'ended';
  }

  /** Ends that a person can do something about, and those only. */
  #judgeEnd(args: readonly string[], end: SittingEnd): void {
    const told = `taskbatch ${args.join(' ')} ended with ${end.exitCode ?? end.signal}: ${end.stderr.slice(-1_500)}`;
    if (end.hung) this.#find('bin', `it hangs: ${told}`);
    else if (end.signal !== null && !end.sent.includes(end.signal)) this.#find('bin', told);
    else if (end.exitCode === 1 || end.exitCode === 6 || /^\s+at .+:\d+:\d+\)?$/m.test(end.stderr))
      this.#find('bin', told);
    else if (end.exitCode === 2) {
      const isEmpty = /interrupted while its manifest was read/.test(end.stderr);
      if (!isEmpty) this.#find('bin', told);
    }
  }

  /** The newest run, unless it came to nothing. */
  #runId(): string | null {
    if (!existsSync(this.#runs)) return null;
    return readdirSync(this.#runs).find((id) => !this.#gone.has(id)) ?? null;
  }

  /** Beside the process that writes. */
  #lookOn(): void {
    const id = this.#runId();
    if (id === null || !existsSync(join(this.#runs, id, 'run.db'))) return;
    try {
      this.#judgeLook(lookAt(join(this.#runs, id, 'run.db')), true);
    } catch (error) {
      // The first instants, when the file has no tables yet.
      if (this.#finals.size > 0) this.#find('state', `the state can't be read: ${messageOf(error)}`);
    }
  }

  /** After the process ended, on a copy. */
  #lookAtRest(): RunLook | null {
    const id = this.#runId();
    const copy = id === null ? null : copyState(join(this.#runs, id), join(this.#setting.workplace.dir, 'copy'));
    if (copy === null) return null;
    try {
      const look = lookAt(copy);
      this.#judgeLook(look, !this.#plan.watched);
      return look;
    } catch (error) {
      if (this.#finals.size > 0) this.#find('state', `the state can't be read: ${messageOf(error)}`);
      return null;
    }
  }

  /**
   * @param isCertain whether what is seen must last. A process that is killed amid a commit may leave it whole on the
   * disk and unannounced: whether it counts then depends on whether somebody else has the file open.
   */
  #judgeLook({ loaded, rows, counts }: RunLook, isCertain: boolean): void {
    this.result.instants += 1;
    const sum = Object.values(counts).reduce((total, count) => total + count, 0);
    const instant = { loaded, ended: rows.map(endedRow), sum };
    this.#add(judgeInstant(this.#plan.rows.length, instant, this.#finals));
    if (isCertain) noteFinals(instant, this.#finals);
  }

  async #judge(): Promise<void> {
    const { rows, rate } = this.#plan;
    const { result } = this;
    const id = this.#runId();
    const look = this.#lookAtRest();
    if (id === null || look === null) return;
    const ended = look.rows.map(endedRow);
    const report = join(this.#runs, id, 'report.csv');
    // The bin was killed between its last word and its report; going on with the run makes up for it.
    if (this.#killedLast && !existsSync(report)) await this.#sit(['resume', id, '--no-progress', '--json'], null);
    this.#add(judgeEnding(rows, ended, await this.#side.effects()));
    if (!existsSync(report)) this.#find('wrong-report', 'there is no report.csv');
    else this.#add(judgeReport(parse(readFileSync(report), { columns: true }), rows, ended));
    this.#countDoubts(ended, rowsEverInDoubt(join(this.#runs, id, 'run.db')));
    await this.#retry(id, ended);
    Object.assign(result, {
      requests: this.#side.seen().requests,
      faults: this.#side.faults(),
      effects: (await this.#side.effects()).length,
      highest: Math.max(...Object.values(this.#side.highest())),
    });
    if (rate > 0 && result.highest > rate) this.#find('limit', `${result.highest} requests in a minute, limit ${rate}`);
  }

  #countDoubts(ended: readonly EndedRow[], noted: readonly number[]): void {
    for (const number of noted) this.#doubtful.add(number);
    for (const { number, state, message } of ended) {
      if (!this.#doubtful.has(number) && state !== 'unknown') continue;
      const row = this.#plan.rows[number - 1];
      if (row === undefined) continue;
      const doubts = row.told ? this.result.doubts.told : this.result.doubts.untold;
      doubts.rows += 1;
      if (isFinal(state) && state !== 'unknown') doubts.settled += 1;
      else doubts.unknown += 1;
      if (row.told && state === 'unknown')
        this.result.untoldReasons.push(`${row.provider}.${row.operation}: ${message}`);
    }
  }

  /** What failed is tried again without faults: what can be done must then be done, once. */
  async #retry(id: string, ended: readonly EndedRow[]): Promise<void> {
    const { rows } = this.#plan;
    const open = rows.filter(({ number, scene }) => scene === 'there' && ended[number - 1]?.state === 'failed');
    this.result.failed += open.length;
    if (open.length === 0) return;
    this.#side.setFaults('');
    const args = ['retry', id, '--rate', `${this.#plan.rate}`, '--pace', 'window', '--yes', '--no-progress', '--json'];
    const end = await sit(args, { setting: this.#setting, side: this.#side, interruption: null, look: () => {} });
    this.result.sittings += 1;
    this.#judgeEnd(args, end);
    const times = new Map<string, number>();
    for (const key of await this.#side.effects()) times.set(key, (times.get(key) ?? 0) + 1);
    for (const { number, provider, operation, effects } of open) {
      const counts = effects.map((key) => times.get(key) ?? 0);
      if (counts.every((count) => count === 1)) this.result.retried += 1;
      // What a later row has done to the same target may forbid it.
      else if (counts.some((count) => count > 1) || !this.#isFollowed(number, ended)) {
        const kind = counts.some((count) => count > 1) ? 'duplicate' : 'lost';
        this.#find(
          kind,
          `row ${number} (${provider}.${operation}) after retry: ${effects.join(', ')}: ${counts.join(', ')}`,
        );
      }
    }
  }

  /** Whether a later row did something to the target of that one. */
  #isFollowed(number: number, ended: readonly EndedRow[]): boolean {
    const { rows } = this.#plan;
    const target = rows[number - 1]?.target ?? null;
    return rows.slice(number).some((row) => row.target === target && ended[row.number - 1]?.state === 'succeeded');
  }

  #add(findings: readonly Finding[]): void {
    for (const finding of findings) {
      if (!this.result.findings.some(({ text }) => text === finding.text)) this.result.findings.push(finding);
    }
  }

  #find(kind: Finding['kind'], text: string): void {
    this.#add([{ kind, text }]);
  }
}

function endedRow({ number, state, outcome, errorCode, message }: RunLook['rows'][number]): EndedRow {
  return { number, state, outcome, errorCode, message };
}
