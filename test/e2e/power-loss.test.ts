/** What is on the disk at the instant when a write reaches a service: the machine may lose its power right then. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBitrix24 } from '../../src/sandbox/bitrix24.js';
import { createClickUp } from '../../src/sandbox/clickup.js';
import { hostServices, type Sandbox } from '../../src/sandbox/host.js';
import type { EmulatedService, SandboxRequest } from '../../src/sandbox/service.js';
import { createTallyfy } from '../../src/sandbox/tallyfy.js';
import { binFile, createWorkplace, runBin, type Workplace } from '../support/bin.js';
import { target } from '../support/served-sandbox.js';
import { replayTrace, type SyncedDisk, straceFlags } from '../support/synced-disk.js';
import { copyState, lookAt } from '../torture/run-look.js';

const rowCount = 12;
const services = [
  { provider: 'clickup', operation: 'delete', id: (n: number) => `86power${n.toString(36).padStart(2, '0')}` },
  { provider: 'clickup', operation: 'create', id: (n: number) => `Power ${n}.` },
  { provider: 'tallyfy', operation: 'complete', id: (n: number) => n.toString(16).padStart(32, 'a') },
  { provider: 'bitrix24', operation: 'complete', id: (n: number) => String(7_400 + n) },
];

let workplace: Workplace;
let sandbox: Sandbox;
let onWrite: (request: SandboxRequest) => void = () => {};

/** Tells of each write before the service does it. */
function watched(create: () => EmulatedService): () => EmulatedService {
  return () => {
    const service = create();
    return {
      ...service,
      handle: (request, context) => {
        if (service.isWrite(request)) onWrite(request);
        return service.handle(request, context);
      },
    };
  };
}

beforeEach(async () => {
  workplace = createWorkplace();
  sandbox = await hostServices([createClickUp, createTallyfy, createBitrix24].map(watched), { limit: null });
});
afterEach(async () => {
  onWrite = () => {};
  await sandbox.close();
  workplace.remove();
});

/** A manifest of the operation, and what to type for it. */
function prepare({ provider, operation, id }: (typeof services)[number]): { ids: string[]; args: string[] } {
  const ids = Array.from({ length: rowCount }, (_, index) => id(index + 1));
  const isMade = operation === 'create';
  sandbox.fill(
    ids.map((text) => target(provider, operation, isMade ? { list_id: '901000000002' } : { task_id: text })),
  );
  const lines = isMade ? ['name,list_id', ...ids.map((name) => `${name},901000000002`)] : ['task_id', ...ids];
  writeFileSync(join(workplace.dir, 'tasks.csv'), `${lines.join('\n')}\n`);
  const flags = ['--provider', provider, '--operation', operation, '--rate', '0', '--concurrency', '4'];
  return { ids, args: ['run', 'tasks.csv', ...flags, '--yes', '--no-progress'] };
}

describe.each(services)('$provider $operation', (service) => {
  it('the intent of every row of a write is in the files when the write arrives', async () => {
    const { ids, args } = prepare(service);
    const arrived: string[][] = [];
    onWrite = (request) => {
      const copy = copyState(workplace.runFolder(), join(workplace.dir, 'copy'));
      if (copy === null) throw new Error('there is no state');
      const text = `${request.path.join('/')} ${request.bodyText}`;
      const named = ids.filter((one) => text.includes(one));
      const { rows } = lookAt(copy);
      arrived.push(named.map((one) => rows[ids.indexOf(one)]?.state ?? 'missing'));
    };
    const result = await runBin(args, { workplace, environment: sandbox.environment });
    expect(result).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('error:') });
    expect(arrived.flat()).toEqual(ids.map(() => 'sending'));
  });
});

/** Why system calls can't be watched here; null when they can. */
function untraceable(): string | null {
  const tried = spawnSync('strace', ['-f', '-e', 'trace=fsync', '-o', '/dev/null', process.execPath, '-e', '0']);
  if (tried.error !== undefined) return 'there is no strace (Debian: apt-get install strace)';
  return tried.status === 0 ? null : `strace may not trace: ${tried.stderr.toString().trim().slice(0, 200)}`;
}

const reason = untraceable();
if (reason !== null) process.stderr.write(`power-loss.test.ts: system calls are not watched, ${reason}\n`);

describe.skipIf(reason !== null).each(services)('$provider $operation, watched', (service) => {
  it('the intent of every row is on the disk for good before the write leaves', async () => {
    const { ids, args } = prepare(service);
    const trace = join(workplace.dir, 'trace');
    const strace = [...straceFlags, '-o', trace, process.execPath, binFile, ...args];
    const environment = { ...workplace.environment, ...sandbox.environment };
    const child = spawn('strace', strace, { cwd: workplace.dir, env: environment, stdio: 'ignore' });
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
    const left: string[] = [];
    replayTrace(readFileSync(trace, 'latin1'), (bytes, disk) => {
      const text = bytes.toString();
      // Bitrix24 reads lists by POST, and finds out whose key it is so.
      const head = /^(?:DELETE|PUT|PATCH|POST) [^\r]*/.exec(text)?.[0];
      if (head === undefined || /\/search/.test(head)) return;
      for (const id of ids.filter((one) => text.includes(one))) left.push(stateAfterPowerLoss(disk, ids.indexOf(id)));
    });
    expect(left).toEqual(ids.map(() => 'sending'));
  });
});

/** The state of the row of this place in the manifest, as whoever opens what is left of the files would find it. */
function stateAfterPowerLoss(disk: SyncedDisk, index: number): string {
  const folder = mkdtempSync(join(workplace.dir, 'left-'));
  for (const name of ['run.db', 'run.db-wal']) {
    const content = disk.read(name);
    if (content !== null) writeFileSync(join(folder, name), content);
  }
  return lookAt(join(folder, 'run.db')).rows[index]?.state ?? 'missing';
}
