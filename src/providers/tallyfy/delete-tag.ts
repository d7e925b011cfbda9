import { z } from 'zod';
import { succeed } from '../../failure.js';
import { defineOperation } from '../define-operation.js';
import { doneBy } from '../done.js';
import type { Prediction } from '../operation.js';
import { expectSuccess } from '../outcome.js';
import { settleDelete } from '../settle.js';
import type { TargetView } from '../target.js';
import { ensureTarget } from './before-write.js';
import { tagIdColumn } from './columns.js';
import type { TallyfyConfig } from './config.js';
import { tallyfyErrors } from './errors.js';
import { tagRef } from './tags.js';
import { organizationPath } from './tasks.js';

/**
 * `DELETE /tags/{id}`: 204, also for a tag that never was (archive tag page of the API documentation). So the tag is
 * always looked at before: a row with a wrong id must not pass for done.
 */
export const deleteTag = defineOperation({
  name: 'delete-tag',
  summary: 'Deletes a tag for good, from everything that carries it.',
  risk: 'irreversible',
  repeat: 'safe',
  requestsPerRow: 1,
  inverse: null,
  undo: 'A tag that was deleted is gone from all that carried it, and what that was is not known.',
  sideEffects: ['The tag is taken off every task, run and template.'],
  settledBy: 'A tag that can no longer be read is gone.',
  readingMaxAgeMs: 60_000,
  schema: z.object({ tag_id: tagIdColumn }),
  target: (args) => tagRef(args.tag_id),
  predict: (_args, target) => predict(target),
  execute: async (config: TallyfyConfig, args, writer, target) => {
    const ready = await ensureTarget(config, writer, tagRef(args.tag_id), target, predict);
    if (!ready.ok) return ready;
    if ('done' in ready.value) return succeed(ready.value.done);
    const path = organizationPath(config, 'tags', ready.value.target.id);
    const outcome = await writer.write({ method: 'DELETE', path });
    const result = expectSuccess(outcome, 'write', tallyfyErrors);
    if (result.ok) return succeed(doneBy(result.value));
    if (result.failure.type !== 'NOT_FOUND' || outcome.kind === 'loss') return result;
    return succeed(doneBy(outcome, { outcome: 'already', message: 'Tallyfy no longer has the tag.' }));
  },
  settle: async (_config, _args, _reader, reading, doubt) => settleDelete(reading, doubt),
});

function predict(target: TargetView): Prediction {
  return { kind: 'will-do', changes: [{ field: 'tag', before: target.title, after: null }] };
}
