/** A process of its own that serves the sandbox without a limit; ends with its stdin, so also when the bench dies. */
import { startSandbox } from '../../src/sandbox/server.js';
import type { SandboxRow } from '../../src/sandbox/service.js';
import { startDelayingRelay } from './delaying-relay.js';
import { taskIdOf } from './manifest-file.js';
import { hostOptionsSchema } from './sandbox-process.js';

const { tasks, answerAfterMs, travelMs } = hostOptionsSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
const sandbox = await startSandbox({ limit: null, latencyMs: [answerAfterMs, answerAfterMs] });
const relay = travelMs === null ? null : await startDelayingRelay(sandbox.port, travelMs);
sandbox.fill(targets(tasks));

const environment = Object.fromEntries(
  Object.entries(sandbox.environment).map(([name, value]) => [
    name,
    relay === null ? value : value.replace(`:${sandbox.port}`, `:${relay.port}`),
  ]),
);
process.stdout.write(`${JSON.stringify({ origin: sandbox.origin, environment })}\n`);

process.stdin.resume();
process.stdin.on('end', () => process.exit(0));

function* targets(count: number): Generator<SandboxRow> {
  for (let index = 0; index < count; index++) {
    yield { provider: 'clickup', operation: 'delete', values: { task_id: taskIdOf(index) }, cells: {}, done: false };
  }
}
