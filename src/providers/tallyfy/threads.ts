/** Comments and problems of a task, as a reading of it holds them. */
import { field, textField } from '../../json.js';
import type { FoundReading } from '../target.js';
import { readIncluded } from './included.js';

/** `untold`: the reading does not say what threads there are. */
export type ThreadFound =
  | { readonly kind: 'found'; readonly thread: unknown; readonly evidence: string }
  | { readonly kind: 'absent'; readonly evidence: string }
  | { readonly kind: 'untold'; readonly evidence: string };

export function findThread({ target, raw }: FoundReading, id: string): ThreadFound {
  const name = `"${target.title}" (${target.id})`;
  if (field(raw, 'threads') === undefined) {
    return { kind: 'untold', evidence: `Tallyfy does not tell what comments ${name} has.` };
  }
  const thread = readIncluded(raw, 'threads').find((one) => textField(one, 'id')?.toLowerCase() === id);
  if (thread === undefined) return { kind: 'absent', evidence: `${name} has no comment ${id}.` };
  return { kind: 'found', thread, evidence: `${name} has the comment ${id}.` };
}
