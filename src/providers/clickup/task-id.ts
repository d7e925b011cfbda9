/**
 * The names that a ClickUp task goes by: its native id, its custom id, and what people copy from the screen.
 *
 * Native ids are lower-case base-36 of any length; custom ids are letters, a hyphen and digits, whatever the case
 * (ClickUp's API documentation and its published v2 document, 2026-07-30). `#9hx`, `CU-9hx` and
 * `https://app.clickup.com/t/9hx` are display forms of an id.
 */
import type { ParsedId } from '../environment.js';

/** An id taken apart: `9hx`, `DEV-1234`, or `9008123456/DEV-1234` with the workspace that its address named. */
export interface TaskName {
  readonly id: string;
  readonly isCustom: boolean;
  /** The workspace, where the name tells it; a custom id means something only within one. */
  readonly teamId: string | null;
}

const nativePattern = /^[0-9a-z]+$/i;
/** What nearly all ids are, in their normal form already; anything else gets the closer look. */
const plainPattern = /^(?!\d{11})[0-9a-z]{1,31}$/;
const customPattern = /^[a-z][a-z0-9_]*-\d+$/i;
/** Ids of tasks have 9 characters at most as far as they were seen, those of lists and workspaces 10 digits or more. */
const listPattern = /^\d{11,}$/;
const longestId = 100;

/** The id in its normal form, from any of the forms in which people have it; or the reason why it is none. */
export function parseTaskId(value: string): ParsedId {
  if (plainPattern.test(value)) return { id: value };
  if (value.length > longestId * 3) return { reason: 'is too long for an id of ClickUp' };
  const address = /^https?:\/\//i.test(value) ? readAddress(value) : { id: value.replace(/^#/, ''), teamId: null };
  if (address === null) return { reason: 'is an address, but not that of a task: https://app.clickup.com/t/<id>' };
  const prefixed = /^(\d+)\/(.+)$/.exec(address.id);
  const teamId = prefixed?.[1] ?? address.teamId;
  const bare = (prefixed?.[2] ?? address.id).replace(/^CU-(?=[0-9a-z]+$)/i, '');
  if (bare.length > longestId) return { reason: 'is too long for an id of ClickUp' };
  if (/^[0-9a-f]{32}$/i.test(bare)) return { reason: 'is no id of ClickUp: it has the form of those of Tallyfy' };
  if (listPattern.test(bare)) return { reason: 'is no id of a task: so many digits are the id of a list or workspace' };
  if (nativePattern.test(bare)) return { id: bare.toLowerCase() };
  if (!customPattern.test(bare)) {
    return { reason: 'is no id of ClickUp: those are letters and digits (86fpd7vgc), or a custom id (DEV-1234)' };
  }
  const custom = bare.toUpperCase();
  return { id: teamId === null ? custom : `${teamId}/${custom}` };
}

/** Takes the normal form apart. */
export function readTaskName(normal: string): TaskName {
  const match = /^(?:(\d+)\/)?(.+)$/.exec(normal);
  const id = match?.[2] ?? normal;
  return { id, isCustom: id.includes('-'), teamId: match?.[1] ?? null };
}

/** `https://app.clickup.com/t/[team/]<id>`, with anything behind it ignored. */
function readAddress(value: string): { id: string; teamId: string | null } | null {
  if (!URL.canParse(value)) return null;
  const url = new URL(value);
  const match = /^\/t\/(?:(\d+)\/)?([^/]+)\/?$/.exec(url.pathname);
  const id = match?.[2];
  if (!/(^|\.)clickup\.com$/.test(url.hostname) || id === undefined) return null;
  return { id, teamId: match?.[1] ?? null };
}

/** A workspace's id, which the API calls team: digits. */
export function parseTeamId(value: string): ParsedId {
  return /^[1-9]\d{0,19}$/.test(value)
    ? { id: value }
    : { reason: 'is no workspace id: those are digits, e.g. 9008123456' };
}
