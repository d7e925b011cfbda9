import { existsSync, readdirSync } from 'node:fs';

/** Names of the jobs in the given folders. */
export function readyJobNames(folders: readonly string[]): string[] {
  const names = new Set<string>();
  for (const folder of folders) {
    if (!existsSync(folder)) continue;
    for (const file of readdirSync(folder)) if (/\.ya?ml$/i.test(file)) names.add(file.replace(/\.ya?ml$/i, ''));
  }
  return [...names].sort();
}
