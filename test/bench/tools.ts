/** Programs of others that the bench compares with; installed into a folder of the bench's own when they are missing. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where a tool is, or why it can't be had. */
export type Tool = { readonly path: string } | { readonly missing: string };

/** GNU parallel is one script; Debian's package is unpacked, which takes no rights. */
export function findParallel(folder: string): Tool {
  const known = which('parallel');
  if (known !== null) return { path: known };
  const path = join(folder, 'usr', 'bin', 'parallel');
  if (existsSync(path)) return { path };
  mkdirSync(folder, { recursive: true });
  const got = run('sh', ['-c', 'apt-get download parallel && dpkg-deb -x parallel_*.deb .'], folder);
  return got === null && existsSync(path) ? { path } : { missing: got ?? 'the package has no such program' };
}

export function findCurl(): Tool {
  const path = which('curl');
  return path === null ? { missing: 'there is no curl on this machine' } : { path };
}

/** @returns the script that Node runs. */
export function findNewman(folder: string): Tool {
  const path = join(folder, 'node_modules', 'newman', 'bin', 'newman.js');
  if (existsSync(path)) return { path };
  mkdirSync(folder, { recursive: true });
  const got = run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', 'newman@6'], folder);
  return got === null && existsSync(path) ? { path } : { missing: got ?? 'npm installed something else' };
}

function which(name: string): string | null {
  const { status, stdout } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/** Null when it went well, else the last line of what it said. */
function run(command: string, args: readonly string[], cwd: string): string | null {
  const { status, stderr, error } = spawnSync(command, [...args], { cwd, encoding: 'utf8', timeout: 180_000 });
  if (status === 0) return null;
  return error?.message ?? stderr.trim().split('\n').at(-1) ?? `${command} ended with ${status}`;
}
