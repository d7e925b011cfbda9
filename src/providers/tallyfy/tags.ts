/** Tags of an organization. */
import { field, textField } from '../../json.js';
import { isoFromText } from '../dates.js';
import type { Reader } from '../http.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import { describeTarget, found, isSoundJson, notFoundOrUnreadable } from '../reading.js';
import type { Reading, TargetRef } from '../target.js';
import type { TallyfyConfig } from './config.js';
import { tallyfyErrors } from './errors.js';
import { organizationPath } from './tasks.js';

export function tagRef(tagId: string): TargetRef {
  return { kind: 'tag', id: tagId };
}

/** `GET /tags/{id}`. */
export async function readTag(config: TallyfyConfig, reader: Reader, ref: TargetRef): Promise<Reading> {
  const outcome = await reader.read({ method: 'GET', path: organizationPath(config, 'tags', ref.id) });
  const result = expectSuccess(outcome, 'read', tallyfyErrors);
  if (!result.ok) return notFoundOrUnreadable(ref, result.failure, false);
  const tag = field(result.value.json, 'data');
  const id = textField(tag, 'id');
  if (id === null || id.toLowerCase() !== ref.id || !isSoundJson(tag)) {
    const failure = unexpectedAnswer(result.value, 'read', 'Tallyfy', `it holds no tag ${ref.id}`);
    return { kind: 'unreadable', ref, failure };
  }
  const created = isoFromText(field(tag, 'created_at'));
  return found(ref, describeTarget({ id, title: textField(tag, 'title') ?? '', completed: false, created }), tag);
}
