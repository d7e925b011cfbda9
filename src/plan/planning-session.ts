import type { Reader } from '../providers/http.js';
import type { Connection } from '../providers/provider.js';
import type { PauseTeller } from '../run/pause-teller.js';

/** A service as planning sees it: no way to write. */
export interface PlanningSession {
  readonly connection: Connection;
  readonly reader: Reader;
  /** For what goes along with targets, so that its requests are told apart. */
  readonly partsReader: Reader;
  /** Requests of that reader since this was last asked. */
  takeParts(): number;
  readonly concurrency: number;
  readonly stop: AbortController;
  /** Tells of what holds this service's rows. */
  readonly pauses: PauseTeller;
}
