/** The sandbox in the test's process, asked over HTTP for what really happened on the other side. */
import { z } from 'zod';
import { parseFaults } from '../../src/sandbox/fault-text.js';
import { type SandboxOptions, startSandbox } from '../../src/sandbox/server.js';
import type { SandboxRow } from '../../src/sandbox/service.js';
import { createTimeScale, scaledClock, scaleFlag } from '../torture/time-scale.js';

const ledgerSchema = z.object({
  requests: z.array(
    z.object({
      n: z.number(),
      method: z.string(),
      path: z.string(),
      status: z.number().nullable(),
      write: z.boolean(),
    }),
  ),
  effects: z.array(
    z.object({
      kind: z.string(),
      target: z.string(),
      service: z.string(),
      detail: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
  highestWindow: z.record(z.string(), z.number()),
});
export type LedgerView = z.output<typeof ledgerSchema>;

export interface ServedSandbox {
  readonly origin: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Flags with which a process lives in the sandbox's time, where that passes faster. */
  readonly nodeFlags: readonly string[];
  fill(rows: readonly SandboxRow[]): void;
  faults(text: string): Promise<void>;
  ledger(): Promise<LedgerView>;
  /** Effects by target: `delete`, `complete`, … */
  effects(): Promise<Map<string, string[]>>;
  close(): Promise<void>;
}

export interface ServeOptions extends SandboxOptions {
  readonly faultText?: string;
  /** How many times faster time passes; waits of a run, and its time-outs, are so much shorter. */
  readonly factor?: number;
}

export async function serveSandbox(options: ServeOptions = {}): Promise<ServedSandbox> {
  const { faultText, factor, ...rest } = options;
  const scale = factor === undefined ? null : createTimeScale(factor);
  const time = scale === null ? {} : { now: scaledClock(scale) };
  const faults = faultText === undefined ? {} : { faults: parseFaults(faultText) };
  const sandbox = await startSandbox({ limit: null, ...faults, ...time, ...rest });
  const ledger = async () => ledgerSchema.parse(await (await fetch(`${sandbox.origin}/_sandbox/ledger`)).json());
  return {
    origin: sandbox.origin,
    environment: sandbox.environment,
    nodeFlags: scale === null ? [] : [scaleFlag(scale)],
    fill: (rows) => {
      sandbox.fill(rows);
    },
    faults: async (text) => {
      const answer = await fetch(`${sandbox.origin}/_sandbox/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(text),
      });
      if (!answer.ok) throw new Error(`The sandbox refuses the faults ${text}: ${await answer.text()}`);
    },
    ledger,
    effects: async () => {
      const byTarget = new Map<string, string[]>();
      for (const { target, kind } of (await ledger()).effects)
        byTarget.set(target, [...(byTarget.get(target) ?? []), kind]);
      return byTarget;
    },
    close: () => sandbox.close(),
  };
}

/** A row as the sandbox takes it, stating only what differs. */
export function target(
  provider: string,
  operation: string,
  values: Record<string, unknown>,
  title = '[test] A task',
): SandboxRow {
  return { provider, operation, values, cells: { title }, done: false };
}
