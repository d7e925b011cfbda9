import { disarmFormula } from '../manifest/formula.js';
import { visibleControls } from '../ui/visible-text.js';

/**
 * A text of a column that is taskbatch's own, for a cell of a CSV. It may come from a service, whose titles and messages
 * hold whatever somebody wrote there: it drives no terminal in which the file is shown, and no spreadsheet runs it. The
 * manifest's own columns stay as they are; reading refuses controls there.
 */
export function factText(text: string): string {
  return disarmFormula(visibleControls(text));
}
