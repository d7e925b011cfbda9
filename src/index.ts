/** The package's public API; the command line is one user of it. Everything takes the world as arguments (`Runtime`). */
export { type Clock, systemClock } from './clock.js';
export {
  BusyError,
  CredentialError,
  JobError,
  ManifestError,
  StateError,
  StoppedError,
  TaskbatchError,
  UsageError,
} from './errors.js';
export { exitCodes } from './exit-codes.js';
export type { ErrorType, Failure, Result } from './failure.js';
export { jobJsonSchema } from './job/job-schema.js';
export { type LoadedJob, loadJob, parseJob } from './job/load-job.js';
export { resolveSettings } from './job/resolve-settings.js';
export { fileSource, type ManifestSource, openManifest, stdinSource } from './manifest/read-manifest.js';
export { checkRows } from './plan/load-rows.js';
export { completePlan, loadManifest } from './plan/make-plan.js';
export { type PlanSummary, summarisePlan } from './plan/plan-summary.js';
export { providers } from './providers/registry.js';
export { reportFormats } from './report/formats.js';
export { closeRun, createRun, type OpenRun, openRun } from './run/open-run.js';
export { openServices, type Services } from './run/open-services.js';
export type { RunEvents } from './run/run-events.js';
export { type RunSummary, summariseRun } from './run/run-summary.js';
export type { Runtime } from './run/runtime.js';
export { executeSitting } from './sitting/execute-sitting.js';
export type { RunRecord, RunSettings } from './state/run-record.js';
export type { RowOutcome, RowState, RunState } from './state/status.js';
