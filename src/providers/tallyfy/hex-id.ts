import type { ParsedId } from '../environment.js';

const idLength = 32;

/** Says whose id it looks like, where that is not Tallyfy. Long digits may be hex that lost zeros. */
function namedForeign(id: string): string | null {
  if (/^\d{1,10}$/.test(id)) return `is a number, as ids of Bitrix24 are; ${own}`;
  const isClickUp = /^(?=.*\d)(?=.*[g-z])[0-9a-z]{6,12}$/.test(id) || /^[a-z][a-z0-9_]*-\d+$/.test(id);
  return isClickUp || /^https?:\/\/app\.clickup\.com\//.test(id) ? `looks like an id of ClickUp; ${own}` : null;
}

const own = 'those of Tallyfy are 32 characters of 0-9 and a-f';

/** Ids of comments and problems: as all others by tallyfy/mcp-public, a number by the connector of 2021. */
export function parseThreadId(value: string): ParsedId {
  return /^[1-9]\d{0,14}$/.test(value) ? { id: value } : parseHexId(value);
}

/**
 * Ids of organizations, tasks, runs and the like: 32 characters of 0-9 and a-f (types of tallyfy/mcp-public, read
 * 2026-08-07; the readable ids in the documentation's samples are stand-ins).
 */
export function parseHexId(value: string): ParsedId {
  const id = value.toLowerCase();
  const foreign = namedForeign(id);
  if (foreign !== null) return { reason: foreign };
  if (!/^[0-9a-f]+$/.test(id)) return { reason: 'is not an id of Tallyfy: those are 32 characters of 0-9 and a-f' };
  if (id.length === idLength) return { id };
  const count = `has ${id.length} characters in place of ${idLength}`;
  const lostZeros = /^\d+$/.test(id) && id.length < idLength;
  return { reason: lostZeros ? `${count}: a spreadsheet may have dropped zeros at its beginning` : count };
}
