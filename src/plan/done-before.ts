/** A report that is fed back: which of its rows were done before, or may have been. Pure. */
import type { CatalogueEntry } from '../providers/provider.js';
import { isReport } from './known-file.js';

/** Where a report's columns stand among the manifest's; -1 for one that it has not. */
export interface ReportedColumns {
  readonly state: number;
  readonly attempts: number;
  readonly errorCode: number;
}

/** Null for a manifest that is no report of ours. */
export function reportedColumns(headers: readonly string[]): ReportedColumns | null {
  if (!isReport(headers)) return null;
  const [state, attempts, errorCode] = ['_state', '_attempts', '_error_code'].map((name) => headers.indexOf(name));
  return { state: state ?? -1, attempts: attempts ?? -1, errorCode: errorCode ?? -1 };
}

export interface DoneBefore {
  /** The report's word for it. */
  readonly state: string;
  /** What it says of the row, after "says that this row". */
  readonly says: string;
  /** What to do instead. */
  readonly fix: string;
}

const takeFailed = `Take the rows that failed: --where 'row._state == "failed"'.`;
const goOn = 'Go on with the run that it comes from: taskbatch resume. It looks first at what became of the row.';

/** What forbids the row, because its operation must not be sent again unread; null where nothing does. */
export function doneBefore(
  entry: Pick<CatalogueEntry, 'repeat' | 'makes'>,
  { state, attempts, errorCode }: ReportedColumns,
  cells: readonly (string | null | undefined)[],
): DoneBefore | null {
  if (entry.repeat !== 'after-reading') return null;
  const reported = cells[state]?.trim() ?? '';
  switch (reported) {
    case 'succeeded':
      return { state: reported, says: 'was done before', fix: takeFailed };
    case 'unknown':
      return { state: reported, says: 'may have been done before', fix: takeFailed };
    case 'sending':
      return { state: reported, says: 'was being sent, so it may have been done', fix: goOn };
    // An attempt may have ended with a part of the row done, and its run still means to do the rest.
    case 'pending':
      return Number(cells[attempts] ?? 0) > 0 ? { state: reported, says: 'was begun before', fix: goOn } : null;
    // Made, but not all of it as asked.
    case 'failed':
      return entry.makes !== null && cells[errorCode]?.trim() === 'NOT_APPLIED'
        ? { state: reported, says: 'made something before', fix: 'See _suggested_action; leave the row out.' }
        : null;
    default:
      return null;
  }
}
