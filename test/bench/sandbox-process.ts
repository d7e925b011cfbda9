/** The sandbox in a process of its own, so that it takes no time from the one that is measured. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { scriptPath } from './child.js';

export const hostOptionsSchema = z.object({
  /** ClickUp tasks that there are at the start. */
  tasks: z.number(),
  answerAfterMs: z.number().default(0),
  /** How long requests and answers travel, each way; null = not at all. */
  travelMs: z.tuple([z.number(), z.number()]).nullable().default(null),
});
export type HostOptions = z.input<typeof hostOptionsSchema>;

const readySchema = z.object({ origin: z.string(), environment: z.record(z.string(), z.string()) });
const ledgerSchema = z.object({
  requests: z.array(z.object({ atMs: z.number(), write: z.boolean() })),
  effects: z.array(z.object({ kind: z.string() })),
  highestWindow: z.object({ clickup: z.number() }),
});
export type Ledger = z.output<typeof ledgerSchema>;

export interface SandboxProcess {
  /** Variables with which ClickUp is reached. */
  readonly environment: Readonly<Record<string, string>>;
  /** What arrived, and the most requests in any rolling window. */
  ledger(windowMs: number): Promise<Ledger>;
  close(): Promise<void>;
}

export async function startSandboxProcess(options: HostOptions): Promise<SandboxProcess> {
  const child = spawn(
    process.execPath,
    ['--max-old-space-size=8192', scriptPath('sandbox-host'), JSON.stringify(options)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const ready = await firstLine(child.stdout);
  const { origin, environment } = readySchema.parse(JSON.parse(ready));
  return {
    environment,
    ledger: async (windowMs) => {
      const response = await fetch(`${origin}/_sandbox/ledger?service=clickup&windowMs=${windowMs}`);
      return ledgerSchema.parse(await response.json());
    },
    close: () => {
      child.stdin.end();
      return closed;
    },
  };
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stream })) return line;
  throw new Error('the sandbox did not start');
}
