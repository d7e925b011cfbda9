import type { PlanContext } from '../../plan/plan-format.js';
import type { ToldReasons } from '../page-reasons.js';

/** Why rows will not be done, each leading to its rows as the plan's page names them. */
export function planReasons({
  summary: { reasons },
  predicted,
}: Pick<PlanContext, 'summary' | 'predicted'>): ToldReasons {
  const { 'will do': _done, ...others } = predicted;
  return {
    heading: 'Why rows will not be done',
    reasons: reasons.map((reason) => ({
      ...reason,
      // Rows of a plan have no codes: their reason's words lead to them.
      errorCode: null,
      state: statesOf[reason.state] ?? reason.state,
    })),
    rows: Object.values(others).reduce((sum, rows) => sum + rows, 0),
  };
}

const statesOf: Readonly<Record<string, string>> = { failed: 'will-fail', skipped: 'skipped,nothing-to-do' };
