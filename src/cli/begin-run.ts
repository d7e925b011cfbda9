/** From flags to a run that is loaded and checked: what `plan`, `run` and `validate` begin with. */
import { join, resolve } from 'node:path';
import { UsageError } from '../errors.js';
import { compileTaskCondition } from '../job/condition.js';
import { type LoadedJob, loadJob } from '../job/load-job.js';
import { type PlanFlags, resolveSettings } from '../job/resolve-settings.js';
import {
  fileSource,
  type ManifestSource,
  type OpenManifest,
  openManifest,
  stdinSource,
} from '../manifest/read-manifest.js';
import type { CheckOptions } from '../plan/checked-row.js';
import { loadManifest } from '../plan/make-plan.js';
import { providers } from '../providers/registry.js';
import { createRun, discardRun, type OpenRun, withoutRun } from '../run/open-run.js';
import type { ManifestRows } from '../state/manifest-rows.js';
import type { RunRecord, RunSettings } from '../state/run-record.js';
import type { Progress } from '../ui/progress.js';
import { assertExpectation } from './assert-expectation.js';
import type { CliContext } from './context.js';
import { stdinWord } from './stdin-word.js';
import { openUntilStopped } from './until-stopped.js';
import type { Workbench } from './workbench.js';

export interface ManifestFlags extends PlanFlags {
  readonly manifest: string;
  readonly job?: string | undefined;
}

export interface Intent {
  readonly settings: RunSettings;
  readonly check: Omit<CheckOptions, 'scratch'>;
}

/** Reads job and flags. @throws {JobError} @throws {UsageError} */
export function readIntent(flags: ManifestFlags, context: CliContext): Intent {
  const job =
    flags.job === undefined
      ? null
      : loadJob(flags.job, { cwd: context.cwd, readyJobs: join(context.packageDir, 'jobs') });
  const settings = resolveSettings(job, flags.job ?? null, flags);
  assertExpectation(settings.expect);
  // Planning compiles it again; a mistake in it must show before any row is read.
  for (const rule of ['only', 'never'] as const) {
    const expression = settings[rule];
    if (expression !== null) compileTaskCondition(expression, job?.locate([rule]) ?? rule);
  }
  return { settings, check: checkOptions(settings, flags.manifest, job) };
}

export function checkOptions(
  settings: RunSettings,
  manifestName: string,
  job: LoadedJob | null,
): Omit<CheckOptions, 'scratch'> {
  // A flag goes before the job, and then the job's line is not to blame.
  const named = (['provider', 'operation'] as const).flatMap((key) =>
    job === null || job.job[key] === undefined || job.job[key] !== settings[key]
      ? []
      : [[key, { where: job.locate([key]), shown: job.show([key]) }] as const],
  );
  const when = job?.locate(['when']) ?? `${settings.job ?? 'job'}, when`;
  const places = { when, where: '--where', named: Object.fromEntries(named) };
  return { manifestName, settings, providers, places };
}

/** @throws {ManifestError} when the file can't be read or is no manifest. @throws {InterruptedError} */
export function openGiven(name: string, context: CliContext, progress: Pick<Progress, 'work'>): Promise<OpenManifest> {
  const source = sourceOf(name, context);
  const opening = openManifest(source, {
    onProgress: progress.work('loading', { unit: 'bytes', total: source.sizeBytes ?? null }),
  });
  return openUntilStopped(opening, context);
}

function sourceOf(name: string, context: CliContext): ManifestSource {
  if (name !== stdinWord) return { ...fileSource(resolve(context.cwd, name)), name };
  if (context.stdin.isTTY === true) {
    throw new UsageError('The manifest is to come from stdin, but nothing is piped in.', {
      code: 'STDIN',
      fix: 'Pipe a manifest in (… | taskbatch plan -), or name a file.',
    });
  }
  return stdinSource(context.stdin);
}

/** The word in the run's id. */
function runWord(settings: RunSettings): string {
  return settings.operation?.split('.').at(-1) ?? 'mixed';
}

export interface NewRunFacts {
  readonly parent: string | null;
  readonly sandbox: boolean;
  readonly goal: RunRecord['goal'];
  readonly planFile?: string | undefined;
}

/**
 * Makes a run and loads the manifest into it; when the manifest is refused, nothing is kept.
 * @throws {ManifestError} @throws {StoppedError} @throws {StateError}
 */
export async function beginRun(
  manifest: ManifestRows,
  intent: Intent,
  facts: NewRunFacts,
  bench: Workbench,
): Promise<OpenRun> {
  const { runtime } = bench;
  const run = createRun(runtime, runWord(intent.settings), {
    ...facts,
    version: runtime.version,
    settings: intent.settings,
    manifest: {
      name: intent.check.manifestName === stdinWord ? '-' : intent.check.manifestName,
      format: manifest.format,
      sha256: '',
      bytes: 0,
      rows: 0,
    },
    columns: [...manifest.columns],
    unreadColumns: [],
    services: [],
    loaded: false,
    rates: {},
    surprises: null,
    plannedAtMs: null,
    planDigest: null,
    canary: null,
    actors: {},
    startedAtMs: null,
    finishedAtMs: null,
    activeMs: 0,
    planRequests: 0,
    requests: 0,
    planning: {},
    stop: null,
  });
  bench.attend(run);
  try {
    await loadManifest(run, manifest, intent.check, runtime);
    return run;
  } catch (error) {
    bench.leave();
    discardRun(run);
    throw withoutRun(error);
  }
}
