/** How the states of rows are called and marked on the page: by word and sign, never by colour alone. */

import type { Prediction } from '../../state/predictions.js';
import type { RowState } from '../../state/status.js';

export interface StateLook<S extends string = RowState> {
  readonly state: S;
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

/** What a plan foretells of a row; what is foretold as it would end is called as its state. */
export type Foretold = 'will-do' | 'nothing-to-do' | 'will-fail' | 'blocked' | 'skipped' | 'invalid';

export const foretoldLooks: ReadonlyArray<StateLook<Foretold> & { readonly prediction: Prediction }> = [
  { state: 'will-do', prediction: 'will do', word: 'will do', sign: '→', meaning: 'would be sent' },
  {
    state: 'nothing-to-do',
    prediction: 'nothing to do',
    word: 'nothing to do',
    sign: '=',
    meaning: 'it is so already',
  },
  {
    state: 'will-fail',
    prediction: 'will fail',
    word: 'will fail',
    sign: '✕',
    meaning: 'the service would refuse it, or it is not there',
  },
  { state: 'blocked', prediction: 'blocked', word: 'blocked', sign: '⊘', meaning: 'a guard refuses it' },
  { state: 'skipped', prediction: 'skipped', word: 'skipped', sign: '–', meaning: 'not wanted' },
  { state: 'invalid', prediction: 'invalid', word: 'invalid', sign: '!', meaning: 'refused by validation' },
];

const byState: ReadonlyMap<string, StateLook<string>> = new Map(
  [...foretoldLooks, ...stateLooks].map((look) => [look.state, look]),
);

/** Of a state by its name; one that is not known is shown as it is called. */
export function lookOf(state: string): Omit<StateLook<string>, 'state'> {
  return byState.get(state) ?? { word: state, sign: '?', meaning: '' };
}
