/** Which runs there are, told by their folders alone: completion asks at every Tab, and loads nothing else. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const runIdPattern = /^\d{8}-\d{4}-[a-z0-9-]+-[0-9a-f]{4}$/;

/** Ids of all runs, newest last; empty when there is no state folder yet. */
export function listRunIds(stateDir: string): string[] {
  const runs = join(stateDir, 'runs');
  let names: string[];
  try {
    names = readdirSync(runs).filter((name) => runIdPattern.test(name));
  } catch {
    return [];
  }
  // Ids tell the minute; runs of the same minute are told apart by when their folder was made.
  const keyed = names.flatMap((name) => {
    // A link whose run was moved away, or a folder that is being removed, is no run.
    const madeAtMs = statSync(join(runs, name), { throwIfNoEntry: false })?.birthtimeMs;
    return madeAtMs === undefined ? [] : { name, minute: name.slice(0, 13), madeAtMs };
  });
  keyed.sort((a, b) => a.minute.localeCompare(b.minute) || a.madeAtMs - b.madeAtMs || a.name.localeCompare(b.name));
  return keyed.map(({ name }) => name);
}
