/** The same deletes with the tools that people have at hand: GNU parallel with curl and a job log, newman with a CSV. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './bench.js';
import { type Figure, formatNumber, left, right, type Section } from './figures.js';
import { writeNarrowManifest } from './manifest-file.js';
import { unlimitedRun } from './measure-dispatch.js';
import { startSandboxProcess } from './sandbox-process.js';
import { findCurl, findNewman, findParallel, type Tool } from './tools.js';

type Environment = Readonly<Record<string, string>>;

interface Contestant {
  readonly id: string;
  readonly name: string;
  readonly tool: Tool;
  /** The program and its arguments. */
  command(path: string, manifest: string, environment: Environment): readonly string[];
}

const concurrency = 50;

export async function measureTools(bench: Bench, rows: number, toolFolder: string): Promise<Section> {
  const manifest = join(bench.workplace.dir, 'tools.csv');
  await writeNarrowManifest(manifest, rows);
  const contestants = listContestants(bench, toolFolder);
  bench.tell(`${rows} deletes: taskbatch`);
  const oursMs = await inSandbox(rows, async (environment) => {
    bench.workplace.clear();
    return (await bench.runBin(unlimitedRun(manifest), environment)).wallMs;
  });
  const lines = [['taskbatch run', formatNumber((rows / oursMs) * 1_000), '']];
  const figures: Figure[] = [];
  for (const { id, name, tool, command } of contestants) {
    if ('missing' in tool) {
      bench.tell(`${name}: left out, ${tool.missing}`);
      lines.push([name, '', `left out: ${tool.missing}`]);
      continue;
    }
    bench.tell(`${rows} deletes: ${name}`);
    const wallMs = await inSandbox(rows, (environment) =>
      runTimed(command(tool.path, manifest, environment), bench, environment),
    );
    lines.push([name, formatNumber((rows / wallMs) * 1_000), '']);
    figures.push({
      id: `tools.${id}`,
      what: `rows a second against ${name}, whole command`,
      value: wallMs / oursMs,
      unit: 'x',
      better: 'higher',
      goal: 1,
      slack: 0.5,
    });
  }
  return {
    title: `${rows.toLocaleString('en')} deletes with other tools, whole command`,
    columns: [left('who'), right('rows/s'), left('')],
    rows: lines,
    figures,
  };
}

function listContestants(bench: Bench, toolFolder: string): readonly Contestant[] {
  const curl = findCurl();
  const at = (name: string) => join(bench.workplace.dir, name);
  return [
    {
      id: 'parallel',
      name: 'GNU parallel + curl with a job log',
      tool: 'missing' in curl ? curl : findParallel(join(toolFolder, 'parallel')),
      command: (path, manifest, environment) => [
        ...[
          path,
          '--will-cite',
          '-j',
          String(concurrency),
          '--colsep',
          ',',
          '--header',
          ':',
          '--joblog',
          at('jobs.log'),
        ],
        'curl -sS -f -o /dev/null -X DELETE -H "authorization: $CLICKUP_API_TOKEN" -H "content-type: application/json"' +
          ` ${environment.CLICKUP_BASE_URL}/v2/task/{task_id}`,
        ...['::::', manifest],
      ],
    },
    {
      id: 'newman',
      name: 'newman with a CSV',
      tool: findNewman(join(toolFolder, 'newman')),
      command: (path, manifest, environment) => {
        writeFileSync(at('collection.json'), JSON.stringify(collectionOf(environment)));
        const what = ['run', at('collection.json'), '--iteration-data', manifest];
        return [process.execPath, path, ...what, '--reporters', 'json', '--reporter-json-export', at('newman.json')];
      },
    },
  ];
}

function collectionOf(environment: Environment): unknown {
  const header = [
    { key: 'authorization', value: environment.CLICKUP_API_TOKEN ?? '' },
    { key: 'content-type', value: 'application/json' },
  ];
  const url = `${environment.CLICKUP_BASE_URL}/v2/task/{{task_id}}`;
  const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
  return { info: { name: 'bench', schema }, item: [{ name: 'delete', request: { method: 'DELETE', header, url } }] };
}

/** Each gets a sandbox that nobody used before, and is believed only when every task is gone. */
async function inSandbox(rows: number, work: (environment: Environment) => Promise<number>): Promise<number> {
  const sandbox = await startSandboxProcess({ tasks: rows });
  try {
    const wallMs = await work(sandbox.environment);
    const { effects } = await sandbox.ledger(60_000);
    if (effects.length !== rows) throw new Error(`${effects.length} of ${rows} tasks were deleted`);
    return wallMs;
  } finally {
    await sandbox.close();
  }
}

function runTimed([program = '', ...args]: readonly string[], bench: Bench, environment: Environment): Promise<number> {
  const startedAtMs = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: bench.workplace.dir,
      env: { ...bench.workplace.environment, ...environment },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(performance.now() - startedAtMs);
      else reject(new Error(`${program} ended with ${code}`));
    });
  });
}
