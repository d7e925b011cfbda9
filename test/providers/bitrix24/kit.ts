/** Bitrix24's sandbox and the provider connected to it, in either of its two dialects. */
import type { Result } from '../../../src/failure.js';
import type { BatchDialect, BatchShare } from '../../../src/providers/batch.js';
import { configureBitrix24 } from '../../../src/providers/bitrix24/config.js';
import type { Dialect } from '../../../src/providers/bitrix24/dialect.js';
import { bitrix24 } from '../../../src/providers/bitrix24/provider.js';
import type { HttpOutcome } from '../../../src/providers/http.js';
import type { Done } from '../../../src/providers/operation.js';
import type { Environment } from '../../../src/providers/provider.js';
import { describeTarget } from '../../../src/providers/reading.js';
import { type Bitrix24Settings, createBitrix24 } from '../../../src/sandbox/bitrix24.js';
import { hostServices, type Sandbox } from '../../../src/sandbox/host.js';
import { scriptWriter } from '../../support/answers.js';
import { type Connected, connectProvider } from '../../support/connected.js';
import { connectOptions, rowContext } from '../../support/row-context.js';

export const dialects = ['vibecode', 'classic'] as const;
export type DialectName = (typeof dialects)[number];

export const webhookCode = 'qx7wy1yx4ddvvbyu';

/** What chooses a dialect, with a credential of user 1. */
export function environmentOf(dialect: DialectName, origin = 'https://portal.bitrix24.com'): Environment {
  if (dialect === 'vibecode') return { BITRIX24_API_KEY: 'vibe_api_sandbox', BITRIX24_BASE_URL: `${origin}/bitrix24` };
  return { BITRIX24_WEBHOOK_URL: `${origin}/bitrix24/rest/1/${webhookCode}/` };
}

export interface Served extends Connected {
  readonly sandbox: Sandbox;
  /** Tasks of those numbers, as they are before the operation, or after it when `done`. */
  fill(operation: string, done: boolean, ...ids: readonly number[]): void;
  /** Effects so far: `delete 11`. */
  effects(): readonly string[];
}

const open: Array<{ close(): Promise<void> }> = [];

/** Closes all that {@link serve} opened; for `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const it of open.splice(0).reverse()) await it.close();
}

export async function serve(
  dialect: DialectName,
  settings: Partial<Bitrix24Settings> = {},
  environment: Environment = {},
): Promise<Served> {
  const sandbox = await hostServices([() => createBitrix24({ classicBucket: null, ...settings })], { limit: null });
  open.push(sandbox);
  const connected = connectProvider(bitrix24, { ...environmentOf(dialect, sandbox.origin), ...environment });
  open.push(connected);
  return {
    ...connected,
    sandbox,
    fill: (operation, done, ...ids) => {
      sandbox.fill(
        ids.map((id) => ({
          provider: 'bitrix24',
          operation,
          values: { task_id: String(id) },
          cells: { title: `[test] ${id}` },
          done,
        })),
      );
    },
    effects: () => sandbox.ledger.effects('bitrix24').map(({ kind, target }) => `${kind} ${target}`),
  };
}

export function dialectOf(name: DialectName): Dialect {
  return configureBitrix24(environmentOf(name)).config.dialect;
}

export function batchOf(name: DialectName): BatchDialect {
  const { batch } = bitrix24.connect(environmentOf(name), connectOptions);
  if (batch === null) throw new Error('no batch');
  return batch;
}

/** What becomes of a delete of task 11, which was seen, by its share of a batch and what readings then say. */
export function judgeDelete(
  dialect: DialectName,
  share: BatchShare | undefined,
  ...readings: readonly HttpOutcome[]
): Promise<Result<Done>> {
  if (share === undefined || share.kind === 'alone') throw new Error('no outcome');
  const bound = bitrix24.connect(environmentOf(dialect), connectOptions).bind('delete', { task_id: '11' });
  const target = describeTarget({ id: '11', title: 'T', completed: false });
  return bound.execute(scriptWriter(share, ...readings), target, {}, rowContext());
}
