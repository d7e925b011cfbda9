/** How the states of rows are called and marked on the page: by word and sign, never by colour alone. */
import type { RowState } from '../../run/status.js';

export interface StateLook {
  readonly state: RowState;
  readonly word: string;
  readonly sign: string;
  /** What it means, in a few words. */
  readonly meaning: string;
}

/** In the order in which they are told. */
export const stateLooks: readonly StateLook[] = [
  { state: 'succeeded', word: 'succeeded', sign: '✓', meaning: 'the effect is confirmed' },
  { state: 'failed', word: 'failed', sign: '✕', meaning: 'refused for good; nothing was changed' },
  { state: 'blocked', word: 'blocked', sign: '⊘', meaning: 'a guard refused it, or the target changed since the plan' },
  { state: 'unknown', word: 'unknown', sign: '?', meaning: 'may or may not have happened; look before repeating' },
  { state: 'invalid', word: 'invalid', sign: '!', meaning: 'refused by validation' },
  { state: 'sending', word: 'sending', sign: '↑', meaning: 'in the air, or not known yet' },
  { state: 'pending', word: 'to do', sign: '·', meaning: 'not sent so far' },
  { state: 'skipped', word: 'skipped', sign: '–', meaning: 'not wanted' },
];

const byState: ReadonlyMap<string, StateLook> = new Map(stateLooks.map((look) => [look.state, look]));

/** Of a state by its name; one that is not known is shown as it is called. */
export function lookOf(state: string): Omit<StateLook, 'state'> {
  return byState.get(state) ?? { word: state, sign: '?', meaning: '' };
}
