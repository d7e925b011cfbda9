import type { Verdict } from '../verdict.js';

/**
 * The share of one write in a batch's answer, refused with a code that nobody knows: it has no status of its own that
 * would tell whether something was done, so only reading does.
 */
export const unclearShare: Partial<Verdict> = {
  type: 'API_ERROR',
  scope: 'row',
  effect: 'possible',
  retryable: false,
  suggestedAction: 'Look at the row in Bitrix24.',
};
