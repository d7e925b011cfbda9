/** The process's exit codes, the whole table; what each means is told in the README from these texts. */
export const exitCodes = {
  /** Every row succeeded, or was skipped as asked. */
  ok: 0,
  /** Our bug; the run can be resumed. */
  bug: 1,
  /** Usage, job file or manifest refused; nothing was sent. */
  refused: 2,
  /** Finished or planned, but some rows failed, are blocked or unknown. */
  rowsFailed: 3,
  /** Stopped by a guard, the breaker, an outage that outlasted its bound, or a wait above the bound; resumable. */
  stopped: 4,
  /** Credentials, scope or plan of the account refused, or the service unreachable at the start; resumable. */
  credentials: 5,
  /** The run or the credential's budget is in use by another process. */
  busy: 6,
  /** The terminal was closed (SIGHUP); drained, saved, resumable. */
  hungUp: 129,
  /** Interrupted by SIGINT; drained, saved, resumable. */
  interrupted: 130,
  /** Interrupted by SIGTERM or `taskbatch stop`; drained, saved, resumable. */
  terminated: 143,
} as const;
