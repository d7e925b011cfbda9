/** The commands there are; each is loaded only when it is called. */
import type { CommandEntry } from './command.js';

export const commands: readonly CommandEntry[] = [
  {
    name: 'init',
    summary: 'Begin: write a job and a manifest header, check the token',
    load: async () => (await import('./init.js')).init,
  },
  {
    name: 'validate',
    summary: 'Check every row of a manifest, without any network',
    load: async () => (await import('./validate.js')).validate,
  },
  {
    name: 'plan',
    summary: 'Dry run: read every target and show what would happen',
    load: async () => (await import('./plan.js')).plan,
  },
  {
    name: 'run',
    summary: 'Plan, show the summary, ask, and execute',
    load: async () => (await import('./run.js')).run,
  },
  { name: 'apply', summary: 'Execute a plan that was reviewed', load: async () => (await import('./apply.js')).apply },
  {
    name: 'resume',
    summary: 'Go on with an interrupted or stopped run',
    load: async () => (await import('./resume.js')).resume,
  },
  {
    name: 'pause',
    summary: 'Hold a run that is going on, from another terminal',
    load: async () => (await import('./pause.js')).pause,
  },
  {
    name: 'rate',
    summary: 'Change the pace of a run that is going on',
    load: async () => (await import('./rate.js')).rate,
  },
  {
    name: 'stop',
    summary: 'End a run that is going on; it can be resumed',
    load: async () => (await import('./stop.js')).stop,
  },
  {
    name: 'retry',
    summary: 'Try the failed rows again, as a new run',
    load: async () => (await import('./retry.js')).retry,
  },
  {
    name: 'status',
    summary: 'Show the runs, or one run, also while it runs',
    load: async () => (await import('./status.js')).status,
  },
  {
    name: 'explain',
    summary: "Tell one row's whole story",
    load: async () => (await import('./explain.js')).explain,
  },
  {
    name: 'resolve',
    summary: 'Say of rows that are unknown whether they were done',
    load: async () => (await import('./resolve.js')).resolve,
  },
  {
    name: 'report',
    summary: "Write a run's report: every row with its outcome",
    load: async () => (await import('./report.js')).report,
  },
  {
    name: 'undo',
    summary: 'Write a manifest that takes a run back, with its coverage',
    load: async () => (await import('./undo.js')).undo,
  },
  {
    name: 'verify',
    summary: 'Read the targets again: what still holds, what was reverted',
    load: async () => (await import('./verify.js')).verify,
  },
  {
    name: 'export',
    summary: 'Write a manifest from a query of tasks',
    load: async () => (await import('./export.js')).exportTasks,
  },
  {
    name: 'operations',
    summary: 'Show services and operations: columns, risk, cost',
    load: async () => (await import('./operations.js')).operations,
  },
  {
    name: 'doctor',
    summary: 'Check credentials, limits, clocks and the state folder',
    load: async () => (await import('./doctor.js')).doctor,
  },
  {
    name: 'sandbox',
    summary: 'Serve the local emulator of the three services',
    load: async () => (await import('./sandbox.js')).sandbox,
  },
  {
    name: 'completion',
    summary: 'Print the completion script of bash, zsh or fish',
    load: async () => (await import('./completion.js')).completion,
  },
];
