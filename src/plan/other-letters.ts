/** Texts of the job's rules that no task of the plan has, but for capitals: such a rule seems to guard and does not. */
import type { LetteredField } from '../job/compared-texts.js';
import { comparedWithTask } from '../job/condition.js';
import type { RunDatabase } from '../state/run-database.js';
import type { RunRecord, RunSettings } from '../state/run-record.js';
import { textsOfTasks } from '../state/task-texts.js';

/** A text of a rule, and what there is in other letters. */
export type OtherLetters = NonNullable<RunRecord['otherLetters']>[number];

/** @param settings with rules that were compiled before. */
export function findOtherLetters(database: RunDatabase, settings: Pick<RunSettings, 'only' | 'never'>): OtherLetters[] {
  const known = new Map<LetteredField, readonly string[]>();
  const there = (field: LetteredField): readonly string[] => {
    const texts = known.get(field) ?? textsOfTasks(database, field);
    known.set(field, texts);
    return texts;
  };
  return (['only', 'never'] as const).flatMap((rule) => {
    const condition = settings[rule];
    const compared = condition === null ? [] : comparedWithTask(condition);
    return compared.flatMap(({ field, text }) => {
      const texts = there(field);
      if (texts.includes(text)) return [];
      // What the rule names in those letters too is no oversight.
      const isNamed = (one: string) => compared.some((other) => other.field === field && other.text === one);
      const found = texts.filter((one) => fold(one) === fold(text) && !isNamed(one));
      return found.length === 0 ? [] : [{ rule, field, text, found }];
    });
  });
}

function fold(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}
