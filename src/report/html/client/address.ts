/** What is shown stands in the page's address, so that a link can lead to it: `#rows?state=failed&code=NOT_FOUND`. */
import { noFilter, type RowFilter } from './row-selection.js';

/** Null for an address that says nothing of rows. */
export function readAddress(hash: string): RowFilter | null {
  if (hash !== '#rows' && !hash.startsWith('#rows?')) return null;
  const query = new URLSearchParams(hash.slice('#rows?'.length));
  const states = query.get('state');
  return {
    states: states === null || states === '' ? [] : states.split(','),
    code: query.get('code') ?? '',
    text: query.get('q') ?? '',
  };
}

export function writeAddress({ states, code, text }: RowFilter = noFilter): void {
  const query = new URLSearchParams();
  if (states.length > 0) query.set('state', states.join(','));
  if (code !== '') query.set('code', code);
  if (text !== '') query.set('q', text);
  const search = query.toString();
  const hash = search === '' ? '#rows' : `#rows?${search}`;
  // Some browsers let a page from disk not change its own address; the filter works all the same.
  try {
    history.replaceState(null, '', hash);
  } catch {}
}
