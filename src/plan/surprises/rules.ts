/**
 * By what rows are unlike the rest. A rule says what a row may have in common with others; a row that lacks what nearly
 * all others have is a surprise. A new rule is an entry of {@link surpriseRules}. Pure.
 */
import type { PlannedTarget } from '../../state/surprises.js';
import { firstWord, lastWord, words } from './title-words.js';

/** What nearly all rows of an operation have in common. */
export interface Norm {
  /** One of the rule's features, in the words of the rule. */
  readonly feature: string;
  /** How many rows have it, of how many. */
  readonly rows: number;
  readonly of: number;
}

export interface SurpriseRule {
  /** As reports name it. */
  readonly name: string;
  /** What it looks at, in a few words. */
  readonly about: string;
  /**
   * What the row has that others may have too: none, one or several features, sharp ones in the first list and coarse
   * ones in later lists. Lists are tried in turn until nearly all rows share a feature of one. Null when the service did
   * not tell.
   */
  readonly features: ReadonlyArray<(target: PlannedTarget) => readonly string[] | null>;
  /** Why a row that lacks the norm is unlike the rest; a sentence. */
  explain(target: PlannedTarget, norm: Norm): string;
}

const dayMs = 24 * 60 * 60_000;

/** A rule for something that a few rows have and nearly all others lack. */
function rare(
  name: string,
  about: string,
  has: (target: PlannedTarget) => boolean | null,
  say: (target: PlannedTarget) => string,
  others: string,
): SurpriseRule {
  return {
    name,
    about,
    features: [
      (target) => {
        const found = has(target);
        return found === null ? null : found ? [] : ['none'];
      },
    ],
    explain: (target, { rows, of }) => `${say(target)}; ${share(rows, of)} ${others}.`,
  };
}

/** The first trace of each kind is what shows that somebody works with the task. */
function trace(
  name: string,
  about: string,
  read: (target: PlannedTarget) => number | undefined,
  say: (count: number) => string,
): SurpriseRule {
  return rare(
    name,
    about,
    (target) => {
      const count = read(target);
      return count === undefined ? null : count > 0;
    },
    (target) => say(read(target) ?? 0),
    'have none',
  );
}

export const surpriseRules: readonly SurpriseRule[] = [
  {
    name: 'title',
    about: 'a title without the words that others share',
    features: [
      ({ title }) => quoted('begin with', firstWord(title)),
      ({ title }) => quoted('end with', lastWord(title)),
      ({ title }) => words(title).flatMap((word) => quoted('have', word)),
    ],
    explain: (_target, { feature, rows, of }) => `Its title does not ${feature}; ${share(rows, of)} do.`,
  },
  {
    name: 'place',
    about: 'outside the list, run or project of most others',
    features: [
      ({ place, placeId }) => [`${placeId ?? ''}${gap}${placeText(place ?? placeId)}`],
      ({ folder, space }) => (space === null ? null : [`${gap}${folder === null ? 'no folder' : `folder ${folder}`}`]),
      ({ space }) => (space === null ? null : [`${gap}space ${space}`]),
    ],
    explain: ({ place, placeId }, { feature, rows, of }) =>
      `It is in ${placeText(place ?? placeId)}; ${share(rows, of)} are in ${feature.slice(feature.indexOf(gap) + 1)}.`,
  },
  rare(
    'lists',
    'shown in several lists',
    ({ otherLists }) => otherLists.length > 0,
    ({ otherLists }) => `It is shown in ${otherLists.map((list) => JSON.stringify(list)).join(', ')} too`,
    'are in one list only',
  ),
  rare(
    'edited',
    'edited within a day',
    ({ updated, readAtMs }) => (updated === null ? null : readAtMs - Date.parse(updated) < dayMs),
    ({ updated, readAtMs }) => editedText(readAtMs - Date.parse(updated ?? '')),
    'were not edited within a day',
  ),
  trace(
    'comments',
    'comments',
    ({ traces }) => traces.comments,
    (count) => `It has ${count === 1 ? '1 comment' : `${count} comments`}`,
  ),
  trace(
    'time',
    'time entries',
    ({ traces }) => traces.trackedMs,
    (ms) => `${minutesText(ms)} of work are booked on it`,
  ),
  trace(
    'files',
    'attachments',
    ({ traces }) => traces.files,
    (count) => `It has ${count === 1 ? '1 attachment' : `${count} attachments`}`,
  ),
  trace(
    'subtasks',
    'open subtasks',
    ({ traces }) => traces.openSubtasks,
    (count) => `It has ${count === 1 ? '1 open subtask' : `${count} open subtasks`}`,
  ),
];

function share(rows: number, of: number): string {
  return `${rows.toLocaleString('en')} of ${of.toLocaleString('en')} rows`;
}

function quoted(verb: string, word: string): string[] {
  return word === '' ? [] : [`${verb} ${JSON.stringify(word)}`];
}

/** Between what tells places apart and what they are called. */
const gap = '\t';

function placeText(place: string | null): string {
  return place === null ? 'no list, run or project' : JSON.stringify(place);
}

/** @param beforeMs negative where the service tells a time after that of reading, as one whose clock is ahead of ours does. */
function editedText(beforeMs: number): string {
  if (beforeMs >= 0) return `It was edited ${agoText(beforeMs)} before it was read`;
  return `By the time that the service tells it was edited ${agoText(-beforeMs)} after it was read`;
}

function agoText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return 'less than a minute';
  return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

function minutesText(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
