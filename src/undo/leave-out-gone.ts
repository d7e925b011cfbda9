/** Lines name what there was before the run; what of that is gone by now, they do without. */
import type { Reader } from '../providers/http.js';
import type { Connection } from '../providers/provider.js';
import { type TargetRef, targetKey } from '../providers/target.js';
import type { Dispensable } from '../providers/undo.js';
import type { WayBackRow } from '../providers/way-back.js';

export interface NamedMeans {
  readonly connection: Pick<Connection, 'provider' | 'lookUp'>;
  readonly reader: Reader;
  /** By its key, whether a thing is gone, as far as that was read: each is read once. */
  readonly goneNamed: Map<string, boolean>;
}

export interface Trimmed {
  readonly row: WayBackRow;
  /** What is lost, in words that begin in lower case. */
  readonly lost: readonly string[];
}

/** What can't be read stays named: planning the manifest tells of it. */
export async function leaveOutGone(one: WayBackRow, means: NamedMeans): Promise<Trimmed> {
  const { dispensable, values: whole } = one.row;
  const gone: Dispensable['things'][number][] = [];
  for (const thing of dispensable?.things ?? []) if (await isGone(thing.ref, means)) gone.push(thing);
  if (dispensable === undefined || gone.length === 0) return { row: one, lost: [] };
  const values = dispensable.without(whole, new Set(gone.map(({ ref }) => ref.id)));
  const parsed = one.entry.schema.safeParse(values);
  if (!parsed.success) return { row: one, lost: [] };
  return { row: { ...one, row: { ...one.row, values }, args: parsed.data }, lost: gone.map(({ lost }) => lost) };
}

async function isGone(ref: TargetRef, { connection, reader, goneNamed }: NamedMeans): Promise<boolean> {
  const key = targetKey(connection.provider, ref);
  const known = goneNamed.get(key);
  if (known !== undefined) return known;
  const [reading] = await connection.lookUp(reader, [ref]);
  if (reading === undefined || reading.kind === 'unreadable') return false;
  goneNamed.set(key, reading.kind === 'absent');
  return reading.kind === 'absent';
}
