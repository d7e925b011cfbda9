/**
 * From a manifest to a plan that stands: load and check every row, look at every target, decide the guards. Nothing is
 * written remotely; nothing is executed before the run is `planned`.
 */

import { join } from 'node:path';
import { ManifestError, messageOf, TaskbatchError } from '../errors.js';
import { compileTaskGuard } from '../job/task-guard.js';
import { assertSelected } from '../manifest/row-selection.js';
import { entryOf } from '../providers/entry-of.js';
import { findProvider } from '../providers/registry.js';
import { bindEarly } from '../run/bind-early.js';
import { newMeter, type Session } from '../run/lane.js';
import type { OpenRun } from '../run/open-run.js';
import type { Services } from '../run/open-services.js';
import { planCommand } from '../run/plan-command.js';
import type { StoppedBy } from '../run/row-end.js';
import type { Runtime } from '../run/runtime.js';
import type { ManifestRows } from '../state/manifest-rows.js';
import { packReadings } from '../state/packing.js';
import { reachingParts } from '../state/parts.js';
import { digestPlan } from '../state/plan-digest.js';
import { writePredictions } from '../state/predictions.js';
import { countByState, countRows, type WorkRow } from '../state/row-reads.js';
import { sealRows } from '../state/row-seals.js';
import type { RunDatabase } from '../state/run-database.js';
import { judgesParts, type RunSettings } from '../state/run-record.js';
import { changeRunState, readRun, updateRun } from '../state/run-records.js';
import { blockDependents } from './block-dependents.js';
import type { CheckOptions } from './checked-row.js';
import { blockGrownWholes, blockWholes, servicesReachingParts, tellJoined, tellLostAbove } from './going-along.js';
import { guardShare } from './guard-share.js';
import { guardExpected, guardJudged, guardMaxRows, guardNever, guardTold } from './guards.js';
import { judgeBelow } from './judge-below.js';
import { judgeJoining } from './judge-joining.js';
import { judgeNamed } from './judge-named.js';
import { judgeTwins } from './judge-twins.js';
import { loadRows } from './load-rows.js';
import { findOtherLetters } from './other-letters.js';
import { countPlanningRequests, type PlanningRequests } from './planning-requests.js';
import type { PlanningSession } from './planning-session.js';
import { createProblemList, formatProblem, type ProblemList } from './problem.js';
import { readPlan } from './read-plan.js';
import { skipDoubles } from './skip-doubles.js';
import { findSurprises } from './surprises/find-surprises.js';

/**
 * Reads the manifest into the run's state.
 * @throws {ManifestError} when the file can't be used, holds no rows, or has refused rows that are not to be skipped.
 * @throws {StoppedError} when more rows are to do than the guard allows, and no target is to be read.
 */
export async function loadManifest(
  run: OpenRun,
  manifest: ManifestRows,
  check: Omit<CheckOptions, 'scratch'>,
  runtime: Runtime,
): Promise<void> {
  const problems = createProblemList(check.manifestName, problemFile(runtime.stateDir, run.folder.id));
  try {
    const loaded = await loadRows(run.database, manifest, { ...check, scratch: run.folder.path }, problems);
    if (loaded.rows === 0) throw emptyManifest(check.manifestName);
    // The rows of a retry were selected when its parent was planned.
    if (readRun(run.database).record.parent === null) assertSelected(check.settings.rows, loaded.rows);
    if (loaded.invalid > 0 && !check.settings.skipInvalid) throw refusedRows(check.manifestName, loaded, problems);
    const { sha256, bytes } = manifest.fingerprint();
    updateRun(run.database, {
      loaded: true,
      columns: [...manifest.columns],
      unreadColumns: [...loaded.unread],
      manifest: {
        name: readRun(run.database).record.manifest.name,
        format: manifest.format,
        sha256,
        bytes,
        rows: loaded.rows,
      },
    });
    skipDoubles(run.database, runtime.stateDir, runtime.clock.now());
    if (check.settings.look === 'none') blockTogether(run.database, runtime.clock.now());
    else blockDependents(run.database, runtime.clock.now());
    // Where targets are read, what is so already or is blocked is not to do, and nobody knows yet which rows those are.
    if (check.settings.look === 'none') guardMaxRows(run.database, check.settings.maxRows);
  } finally {
    await problems.close();
  }
}

export function problemFile(stateDir: string, id: string): string {
  return join(stateDir, 'problems', `${id}.txt`);
}

export function emptyManifest(name: string): ManifestError {
  return new ManifestError('The manifest has a header and no rows.', {
    where: name,
    code: 'NO_ROWS',
    fix: 'Add a row below the header.',
  });
}

/** All that is wrong, as one error: the first problems in full, the rest in a file. */
export function refusedRows(
  manifestName: string,
  { rows, invalid }: { rows: number; invalid: number },
  problems: ProblemList,
  canSkip = true,
): ManifestError {
  const shown = problems.first.map((problem) => `  ${formatProblem(manifestName, problem)}`);
  const rest = problems.file === null ? '' : `\n  … all ${problems.count} problems: ${problems.file}`;
  return new ManifestError(
    `${invalid} of ${rows} rows ${invalid === 1 ? 'is' : 'are'} refused; nothing was sent.\n${shown.join('\n')}${rest}`,
    {
      code: 'INVALID_ROWS',
      fix: canSkip ? 'Correct these rows, or go on without them: --skip-invalid' : 'Correct these rows.',
    },
  );
}

/**
 * Looks at every target (unless `--look none`), decides the guards, and marks the run `planned`.
 * @returns `interrupted` when the run was stopped from outside; planning then goes on with `taskbatch resume`.
 * @throws {TaskbatchError} when planning can't go on; the run is marked `stopped` with the reason.
 */
export async function completePlan(
  run: OpenRun,
  services: Services,
  runtime: Runtime,
  stoppedBy: () => StoppedBy,
): Promise<'planned' | 'interrupted'> {
  const { database } = run;
  const { record } = readRun(database);
  const { settings } = record;
  updateRun(database, { services: services.identities });
  const requests = countPlanningRequests(database, services.sessions);
  const finish = (to: 'interrupted' | 'stopped', reason: string, message: string, exitCode: number) =>
    changeRunState(database, to, {
      stop: { reason, message, exitCode },
      ...requests.sums(),
    });
  try {
    const looked =
      settings.look === 'none'
        ? { interrupted: false }
        : await lookAndJudge(run, services, runtime, settings, requests);
    if (looked.interrupted) {
      const { message, exitCode } = stoppedBy();
      finish('interrupted', 'signal', `${message} The plan was not finished.`, exitCode);
      return 'interrupted';
    }
    guardExpected(countRows(database), settings.expect);
    if (settings.look !== 'none') packReadings(database);
    const surprises = settings.look !== 'none' ? await findSurprises(database, isPartlyTold(settings)) : null;
    const letters = settings.look === 'none' ? {} : { otherLetters: findOtherLetters(database, settings) };
    const plannedAtMs = Math.round(runtime.clock.now());
    database.transaction(() => {
      writePredictions(database);
      const planned = { ...readRun(database).record, plannedAtMs, surprises, ...letters };
      sealRows(database, planned);
      changeRunState(database, 'planned', {
        plannedAtMs,
        planDigest: digestPlan(database, planned),
        rates: Object.fromEntries(
          services.sessions.map(({ connection, requestsPerMinute }) => [connection.provider, requestsPerMinute]),
        ),
        surprises,
        ...letters,
        ...requests.sums(),
        stop: null,
      });
    });
    return 'planned';
  } catch (error) {
    const exitCode = error instanceof TaskbatchError ? error.exitCode : 1;
    finish('stopped', error instanceof TaskbatchError ? (error.code ?? 'error') : 'bug', messageOf(error), exitCode);
    throw error;
  }
}

/** What is read together lacks something of each task. */
function isPartlyTold({ look }: RunSettings): (provider: string, rule: string) => boolean {
  return (provider, rule) => look === 'all' && findProvider(provider)?.pagesLack?.trace === rule;
}

/** Reads every target, and decides the guards that look at targets. @returns whether it was stopped from outside. */
async function lookAndJudge(
  { database }: OpenRun,
  services: Services,
  runtime: Runtime,
  settings: RunSettings,
  requests: PlanningRequests,
): Promise<{ interrupted: boolean }> {
  const { clock, random, events } = runtime;
  const guard = compileTaskGuard(settings);
  const counts = countRows(database);
  guardTold(counts, settings, {
    places: findProvider,
    acts: (provider, operation) => entryOf(provider, operation).makes !== 'task',
  });
  events.phase?.({ phase: 'reading', rows: countByState(counts).pending });
  const sessions = services.sessions.map(planningSession);
  const { missing, snapshot, giveUpAfterMs } = settings;
  const looking = { database, sessions, entry: entryOf, clock, random, events };
  const read = await readPlan({
    ...looking,
    guard,
    judgesParts: judgesParts(settings),
    reachingParts: servicesReachingParts(database, entryOf),
    missing,
    snapshot,
    giveUpAfterMs,
    requests,
  });
  if (read.interrupted) return read;
  const connections = new Map(sessions.map(({ connection }) => [connection.provider, connection]));
  const bind = (row: WorkRow) => {
    const connection = connections.get(row.provider);
    return connection === undefined
      ? null
      : (bindEarly(row, entryOf(row.provider, row.operation), connection)?.operation ?? null);
  };
  judgeTwins(database, { entry: entryOf, bind, guard, duplicates: settings.duplicates, nowMs: clock.now() });
  const joined = await judgeJoining(database, { sessions, bind, clock, random });
  if (joined.interrupted) return joined;
  judgeNamed(database, entryOf, clock.now());
  const sleep = (ms: number, signal: AbortSignal) => clock.sleep(ms, signal);
  const judged = await judgeBelow({ database, sessions, nowMs: clock.now(), random, sleep });
  if (judged.interrupted) return judged;
  blockTogether(database, clock.now());
  const { columns } = readRun(database).record;
  if (blockGrownWholes(database, entryOf, columns, clock.now())) blockTogether(database, clock.now());
  tellLostAbove(database, entryOf);
  tellJoined(database, entryOf);
  guardNever(database, settings.never);
  guardMaxRows(database, settings.maxRows, reachingParts(database, entryOf));
  guardJudged(database, settings);
  const advice =
    'Check that the manifest is the right one; then take part of it with --rows, or raise max_share in the job.';
  return guardShareOf(database, sessions, runtime, advice);
}

/**
 * Decides the guard `max_share` once more, by how much there is now: others may have taken much away since the plan.
 * @returns whether it was stopped from outside. @throws as {@link guardShare}.
 */
export function guardShareAgain(
  { database }: OpenRun,
  services: Services,
  runtime: Runtime,
): Promise<{ interrupted: boolean }> {
  const again = planCommand(readRun(database).record);
  const advice = `Look at what is left there; if it is right all the same, raise max_share in the job and plan again: ${again}`;
  return guardShareOf(database, services.sessions.map(planningSession), runtime, advice);
}

async function guardShareOf(
  database: RunDatabase,
  sessions: readonly PlanningSession[],
  { clock, random }: Runtime,
  advice: string,
): Promise<{ interrupted: boolean }> {
  const { maxShare } = readRun(database).record.settings;
  if (maxShare === null) return { interrupted: false };
  const sleep = (ms: number, signal: AbortSignal) => clock.sleep(ms, signal);
  return guardShare({ database, sessions, entry: entryOf, maxShare, advice, random, sleep });
}

/** A service without its means to write. */
function planningSession(session: Session): PlanningSession {
  return {
    connection: session.connection,
    reader: session.reader(newMeter()),
    ...partsReaderOf(session),
    concurrency: session.concurrency,
    stop: session.stop,
    pauses: session.pauses,
  };
}

/** A row that is blocked blocks those that wait for it and those that would take its target along, and so do these. */
function blockTogether(database: RunDatabase, nowMs: number): void {
  do blockDependents(database, nowMs);
  while (blockWholes(database, entryOf, nowMs));
}

function partsReaderOf(session: Session): Pick<PlanningSession, 'partsReader' | 'takeParts'> {
  const meter = newMeter();
  const takeParts = (): number => {
    const { requests } = meter;
    meter.requests = 0;
    return requests;
  };
  return { partsReader: session.reader(meter), takeParts };
}
