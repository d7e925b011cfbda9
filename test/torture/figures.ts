/** What all rounds came to. */
import type { FindingKind } from './judge.js';
import { type Doubts, type RoundResult, type Stage, stages } from './round-result.js';

export interface Figures {
  readonly seed: number;
  readonly rounds: number;
  readonly rows: number;
  readonly sittings: number;
  readonly kills: number;
  readonly killedWhile: Readonly<Record<Stage, number>>;
  readonly signals: number;
  readonly requests: number;
  readonly faults: number;
  readonly effects: number;
  readonly instants: number;
  readonly doubts: { readonly told: Doubts; readonly untold: Doubts };
  /** Share of the doubts that needed no person, in percent, where the service can tell; null without doubts. */
  readonly settledPercent: number | null;
  readonly failed: number;
  readonly retried: number;
  readonly duplicates: number;
  readonly lost: number;
  /** The most requests in a rolling minute, as a share of the limit in use, in percent; null where none was. */
  readonly highestPercent: number | null;
  readonly findings: Readonly<Record<string, number>>;
  readonly unknownReasons: readonly string[];
  readonly seconds: number;
}

/** @param ms how long all of it took. */
export function sumUp(seed: number, results: readonly RoundResult[], ms: number): Figures {
  const sum = (value: (result: RoundResult) => number) => results.reduce((total, result) => total + value(result), 0);
  const doubtsOf = (kind: 'told' | 'untold'): Doubts => ({
    rows: sum(({ doubts }) => doubts[kind].rows),
    settled: sum(({ doubts }) => doubts[kind].settled),
    unknown: sum(({ doubts }) => doubts[kind].unknown),
  });
  const told = doubtsOf('told');
  const limited = results.filter(({ plan }) => plan.rate > 0);
  const count = (kind: FindingKind) =>
    sum(({ findings }) => findings.filter((finding) => finding.kind === kind).length);
  const kinds = new Set(results.flatMap(({ findings }) => findings.map(({ kind }) => kind)));
  return {
    seed,
    rounds: results.length,
    rows: sum(({ plan }) => plan.rows.length),
    sittings: sum(({ sittings }) => sittings),
    kills: sum(({ kills }) => kills),
    killedWhile: {
      starting: sum(({ killedWhile }) => killedWhile.starting),
      loading: sum(({ killedWhile }) => killedWhile.loading),
      planning: sum(({ killedWhile }) => killedWhile.planning),
      planned: sum(({ killedWhile }) => killedWhile.planned),
      running: sum(({ killedWhile }) => killedWhile.running),
      ended: sum(({ killedWhile }) => killedWhile.ended),
    },
    signals: sum(({ signals }) => signals),
    requests: sum(({ requests }) => requests),
    faults: sum(({ faults }) => faults),
    effects: sum(({ effects }) => effects),
    instants: sum(({ instants }) => instants),
    doubts: { told, untold: doubtsOf('untold') },
    settledPercent: told.rows === 0 ? null : (told.settled / told.rows) * 100,
    failed: sum(({ failed }) => failed),
    retried: sum(({ retried }) => retried),
    duplicates: count('duplicate'),
    lost: count('lost'),
    highestPercent:
      limited.length === 0 ? null : Math.max(...limited.map(({ highest, plan }) => (highest / plan.rate) * 100)),
    findings: Object.fromEntries([...kinds].map((kind) => [kind, count(kind)])),
    unknownReasons: results.flatMap(({ untoldReasons }) => untoldReasons),
    seconds: Math.round(ms / 1_000),
  };
}

/** Two columns: what, and how much. */
export function figureLines(figures: Figures): [string, string][] {
  const { doubts, killedWhile, settledPercent, highestPercent } = figures;
  const while_ = stages.filter((stage) => killedWhile[stage] > 0).map((stage) => `${killedWhile[stage]} ${stage}`);
  const percent = (value: number | null) => (value === null ? 'none' : `${value.toFixed(2)} %`);
  return [
    ['rounds', `${figures.rounds} with ${figures.rows} rows, ${figures.sittings} sittings, ${figures.seconds} s`],
    ['kills', `${figures.kills} (${while_.join(', ')})`],
    ['other signals', `${figures.signals}`],
    ['requests', `${figures.requests}, of which ${figures.faults} met a fault`],
    ['states read', `${figures.instants} times`],
    ['rows in doubt', `${doubts.told.rows}, settled ${doubts.told.settled}, unknown ${doubts.told.unknown}`],
    ['settled without a person', percent(settledPercent)],
    [
      'in doubt, service can not tell',
      `${doubts.untold.rows}, settled ${doubts.untold.settled}, unknown ${doubts.untold.unknown}`,
    ],
    ['failed rows', `${figures.failed}, retried with success ${figures.retried}`],
    ['duplicates', `${figures.duplicates}`],
    ['lost', `${figures.lost}`],
    ['highest window', `${percent(highestPercent)} of the limit`],
    ...Object.entries(figures.findings).map(([kind, count]): [string, string] => [`FOUND ${kind}`, `${count}`]),
  ];
}
