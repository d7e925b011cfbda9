/** The world as an argument: everything that the core takes from outside. */
import type { Clock } from '../clock.js';
import type { Environment, Provider } from '../providers/provider.js';
import type { RunControl } from './run-control.js';
import type { RunEvents } from './run-events.js';

export interface Runtime {
  readonly environment: Environment;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly providers: readonly Provider[];
  /** taskbatch's own version. */
  readonly version: string;
  /** Absolute path of the state folder. */
  readonly stateDir: string;
  /** Machine-wide folder of the budgets that processes with one credential share. */
  readonly budgetDir: string;
  /** The minute over which limits are counted, in ms; shorter only where time is scaled down. */
  readonly windowMs: number;
  /** Aborted when the run is to end: nothing new leaves, what is in the air is waited for. */
  readonly stopSignal: AbortSignal;
  /** Aborted when what is in the air is to be given up too. */
  readonly killSignal: AbortSignal;
  readonly events: RunEvents;
  /** What a person may change while the run goes on. */
  readonly control: RunControl;
}
