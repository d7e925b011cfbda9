/** One row's story as `explain --json` prints it; times are ISO 8601 in UTC. Names and shapes are public. */
import type { RunRecord } from '../state/run-record.js';
import type { RowStory } from '../state/story-reads.js';
import { isoTime } from './json-output.js';
import type { Sequel } from './story-text.js';

export function storyJson(story: RowStory, record: RunRecord, { takenBackBy, next }: Sequel): object {
  const { row, reading } = story;
  const { cells, startedAtMs, finishedAtMs, ...facts } = row;
  return {
    kind: 'row',
    run: record.id,
    manifest: record.manifest.name,
    ...facts,
    // A list of pairs: column names may be anything, also what an object gives a meaning to.
    cells: record.columns.map((column, index) => ({ column, value: cells[index] ?? null })),
    startedAt: isoTime(startedAtMs),
    finishedAt: isoTime(finishedAtMs),
    prediction: story.prediction,
    surprises: story.surprises,
    reading:
      reading === null
        ? null
        : { at: isoTime(reading.atMs), target: reading.view, changes: reading.changes, snapshot: reading.snapshot },
    reread:
      story.reread === null
        ? null
        : { at: isoTime(story.reread.atMs), target: story.reread.view, changes: story.reread.changes },
    steps: story.steps,
    attemptsThatFailed: story.attempts.map(({ atMs, ...attempt }) => ({ at: isoTime(atMs), ...attempt })),
    takenBackBy,
    next: next[0] ?? null,
  };
}
