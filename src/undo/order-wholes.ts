/** Lines that give a value to all that is below their targets: a line on what is below comes after them. Pure. */
import { targetKey } from '../providers/target.js';
import type { RowFate } from './row-fate.js';

/**
 * The same fates, but with all on one thing before those on what is right below it, where both give it such a value.
 * Those on one thing keep their order.
 */
export function orderWholesFirst(fates: readonly RowFate[]): readonly RowFate[] {
  const setting = new Set<string>();
  for (const { rows } of fates) {
    for (const { target, setsBelow } of rows) if (target !== null && setsBelow != null) setting.add(target);
  }
  if (setting.size < 2) return fates;
  const wholes = new Map<string, RowFate[]>();
  for (const fate of fates) {
    for (const target of fate.targets) {
      const known = wholes.get(target);
      if (known === undefined) wholes.set(target, [fate]);
      else known.push(fate);
    }
  }
  const seen = new Set<RowFate>();
  const ordered: RowFate[] = [];
  for (const fate of fates) {
    // From what is below up to what is above all; a chain is as long as tasks are nested.
    const chain: (readonly RowFate[])[] = [];
    for (let open: readonly RowFate[] = [fate]; open.length > 0; ) {
      const fresh = [...new Set(open)].filter((one) => !seen.has(one));
      for (const one of fresh) seen.add(one);
      chain.push(fresh);
      open = fresh.flatMap((one) => aboveOf(one, setting).flatMap((target) => taken(wholes, target)));
    }
    ordered.push(...chain.reverse().flat());
  }
  return ordered;
}

/** All on a thing, once: when it is asked for again they are seen already, and many may be below one thing. */
function taken(wholes: Map<string, RowFate[]>, target: string): readonly RowFate[] {
  const fates = wholes.get(target) ?? [];
  wholes.delete(target);
  return fates;
}

/** Keys of what the targets of its rows are right below, as far as rows set something there. */
function aboveOf({ provider, rows }: RowFate, setting: ReadonlySet<string>): string[] {
  return rows.flatMap(({ setsBelow }) => {
    const id = setsBelow?.above ?? null;
    const target = id === null ? null : targetKey(provider, { kind: 'task', id: id.toLowerCase() });
    return target !== null && setting.has(target) ? target : [];
  });
}
