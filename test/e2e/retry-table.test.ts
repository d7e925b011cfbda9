/** The cells of the retry and settlement table (test/run/retry-table.test.ts), each from end to end. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CatalogueEntry } from '../../src/providers/provider.js';
import { rowsInARow } from '../../src/run/outage.js';
import { decide, mayTryAgain } from '../../src/run/retry-policy.js';
import { describeFault } from '../../src/sandbox/fault-text.js';
import { type Fault, stageOf } from '../../src/sandbox/faults.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { catalogue, sampleOf } from '../contract/samples.js';
import { type FailureCase, failureCases } from '../run/failure-cases.js';
import { createHastyClock } from '../support/hasty-clock.js';
import { runOneRowEach } from '../support/one-row-each.js';

const tries = 3;
const clock = createHastyClock(200);
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ limit: null, now: clock.now });
});
afterAll(async () => {
  await sandbox.close();
});

interface Cell {
  readonly entry: CatalogueEntry;
  readonly failureCase: FailureCase;
  readonly fault: Fault;
  /** Whether each try meets it, or the first one only. */
  readonly always: boolean;
}

/** What must become of a row, told by the table alone. */
function foretell({ entry, failureCase, fault, always }: Cell) {
  const { repeat, provider, name } = entry;
  const failure = failureCase.failure(provider);
  const happened = stageOf(fault) === 'after';
  const proves = sampleOf(entry).absenceProves ?? true;
  // The plan saw it: that it is not there any more is what was asked for, or is looked at again.
  if (/^delete/.test(name) && failure.type === 'NOT_FOUND') return { attempts: 1, effects: 0 };
  for (let attempt = 1, doubtBefore = false; ; attempt++) {
    if (attempt > 1 && !always) return { state: 'succeeded', attempts: attempt, effects: 1 };
    const decision = decide({ repeat, failure, doubtBefore, attempt, tries });
    if (decision === 'fail') return { state: 'failed', attempts: attempt, effects: 0 };
    if (decision === 'settle') {
      if (happened) return { state: 'succeeded', outcome: 'settled', attempts: attempt, effects: 1 };
      if (!proves) return { state: 'unknown', attempts: attempt, effects: 0 };
      if (!mayTryAgain(failure, attempt, tries)) return { state: 'failed', attempts: attempt, effects: 0 };
      doubtBefore = false;
    } else doubtBefore ||= failure.effect === 'possible';
  }
}

/** All of ClickUp and Tallyfy; of Bitrix24 one that may share a request with others, and one that may not. */
function operationsOf(turn: number): CatalogueEntry[] {
  const others = catalogue.filter(({ provider }) => provider !== 'bitrix24');
  const own = catalogue.filter(({ provider }) => provider === 'bitrix24');
  const sharing = own.filter(({ rowsPerRequest }) => rowsPerRequest > 1);
  return [
    ...others,
    ...own.filter(({ rowsPerRequest }) => rowsPerRequest === 1).slice(0, 1),
    ...sharing.slice(turn % sharing.length).slice(0, 1),
  ];
}

/** So few of each service together that their failures are not taken for an outage of it. */
function belowAnOutage(entries: readonly CatalogueEntry[]): CatalogueEntry[][] {
  const groups: CatalogueEntry[][] = [];
  const counts = new Map<string, number>();
  for (const entry of entries) {
    const before = counts.get(entry.provider) ?? 0;
    counts.set(entry.provider, before + 1);
    const index = Math.floor(before / (rowsInARow - 1));
    groups[index] = [...(groups[index] ?? []), entry];
  }
  return groups;
}

const played = failureCases.flatMap((failureCase) => failureCase.faults.map((fault) => ({ failureCase, fault })));
const title = (always: boolean) => (each: { failureCase: FailureCase; fault: Fault }, turn: number) => ({
  ...each,
  turn,
  always,
  title: `${each.failureCase.name} (${describeFault(each.fault)}), ${always ? 'at each try' : 'once'}`,
});
const accusing = (failureCase: FailureCase, provider: string) => failureCase.failure(provider).scope === 'credential';
const distinct = new Set(['reset-before', 'reset-after', '500-before', '503-after', '501-before', '422-before']);

describe('a write that meets', () => {
  it.each([
    ...played.map(title(false)),
    ...played.filter(({ fault }) => distinct.has(describeFault(fault))).map(title(true)),
  ])('$title', async ({ failureCase, fault, always, turn }) => {
    const entries = operationsOf(turn).filter(({ provider }) => !accusing(failureCase, provider));
    if (entries.length === 0) return;
    const waits = fault.kind === 'hang' ? ['--timeout', '1s'] : [];
    const isBig = fault.kind === 'garbage' && fault.form === 'huge';
    const tried = isBig ? entries.filter(({ name }) => name === 'create') : entries;
    for (const group of always ? belowAnOutage(tried) : [tried]) {
      const ends = await runOneRowEach(group, {
        ...{ sandbox, clock, flags: waits },
        faults: () => [{ times: always ? 0 : 1, fault }],
      });
      const wanted = group.map((entry) => foretell({ entry, failureCase, fault, always }));
      const differences = ends.flatMap((end, index) => {
        const asked = wanted[index] ?? {};
        const isSame = Object.entries(asked).every(([key, value]) => Reflect.get(end, key) === value);
        return isSame ? [] : [{ wanted: asked, end }];
      });
      expect(differences).toEqual([]);
    }
  });
});

describe('a refusal of the credential', () => {
  const cases = played.flatMap(({ failureCase, fault }) =>
    [...new Set(catalogue.map(({ provider }) => provider))]
      .filter((provider) => accusing(failureCase, provider))
      .flatMap((provider) =>
        (['safe', 'after-reading'] as const).map((repeat) => ({
          name: `${failureCase.name} from ${provider}, ${repeat}`,
          fault,
          entry: catalogue.find((entry) => entry.provider === provider && entry.repeat === repeat),
        })),
      ),
  );
  it.each(cases)('($name) stops the run, and the row stays to do', async ({ entry, fault }) => {
    if (entry === undefined) throw new Error('there is no such operation');
    const [end] = await runOneRowEach([entry], { sandbox, clock, faults: () => [{ times: 1, fault }] });
    expect(end).toMatchObject({ state: 'pending', attempts: 1, effects: 0 });
  });
});
