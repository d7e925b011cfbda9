import type { ParsedId } from '../environment.js';

const idLength = 32;

/**
 * Ids of organizations, tasks, runs and the like: 32 characters of 0-9 and a-f (types of tallyfy/mcp-public, read
 * 2026-08-07; the readable ids in the documentation's samples are stand-ins).
 */
export function parseHexId(value: string): ParsedId {
  const id = value.toLowerCase();
  if (!/^[0-9a-f]+$/.test(id)) return { reason: 'is not an id of Tallyfy: those are 32 characters of 0-9 and a-f' };
  if (id.length === idLength) return { id };
  const count = `has ${id.length} characters in place of ${idLength}`;
  const lostZeros = /^\d+$/.test(id) && id.length < idLength;
  return { reason: lostZeros ? `${count}: a spreadsheet may have dropped zeros at its beginning` : count };
}
