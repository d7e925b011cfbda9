import type { SandboxAnswer } from '../service.js';
import { answerData, invalid, noContent, refused, resourceNotFound } from './answers.js';
import type { Call } from './call.js';
import { FieldReader } from './field-reader.js';
import { newId } from './new-id.js';
import { answerList } from './paginate.js';
import type { Tag } from './state.js';
import { presentTag } from './thread-view.js';

const DEFAULT_COLOR = '#3a86ff';

/** `GET /tags`. */
export function listTags(call: Call): SandboxAnswer {
  const words = call.request.query.get('q')?.toLowerCase() ?? '';
  const tags = [...call.state.tags.values()].filter((tag) => tag.title.toLowerCase().includes(words));
  return answerList(call, tags, presentTag);
}

/** `POST /tags`: the title is unique in the organization. */
export function createTag(call: Call): SandboxAnswer {
  const fields = new FieldReader(call.request.body);
  const given = readTag(call, fields);
  const refusal = fields.refusal();
  if (refusal !== undefined || given.title === undefined) return refusal ?? invalid(new Map());
  const tag = addTag(call, newId(call.context.random), given.title, given.color);
  call.context.effect({ kind: 'create-tag', target: tag.id, detail: { title: tag.title } });
  return answerData(presentTag(tag), 201);
}

export function addTag(
  { state, context }: Pick<Call, 'state' | 'context'>,
  id: string,
  title: string,
  color = DEFAULT_COLOR,
): Tag {
  const tag = { id, title, color, createdAtMs: context.now() };
  state.tags.set(id, tag);
  return tag;
}

/** `GET /tags/{id}`. */
export function getTag(call: Call): SandboxAnswer {
  const tag = call.state.tags.get(call.itemId);
  return tag === undefined ? resourceNotFound : answerData(presentTag(tag));
}

/** `PUT /tags/{id}`; needs the title. */
export function updateTag(call: Call): SandboxAnswer {
  const tag = call.state.tags.get(call.itemId);
  if (tag === undefined) return resourceNotFound;
  const fields = new FieldReader(call.request.body);
  const given = readTag(call, fields);
  const refusal = fields.refusal();
  if (refusal !== undefined || given.title === undefined) return refusal ?? invalid(new Map());
  const color = given.color ?? tag.color;
  if (given.title !== tag.title || color !== tag.color) call.context.effect({ kind: 'update-tag', target: tag.id });
  tag.title = given.title;
  tag.color = color;
  return answerData(presentTag(tag));
}

function readTag(call: Call, fields: FieldReader) {
  const title = fields.text('title', { required: true, maxLength: 30 });
  const color = fields.text('color');
  if (color !== undefined && !/^#[0-9a-fA-F]{6}$/.test(color)) fields.refuse('color', 'The color format is invalid.');
  for (const tag of call.state.tags.values()) {
    if (tag.title === title && tag.id !== call.itemId) fields.refuse('title', 'The title has already been taken.');
  }
  return { title, color };
}

/** `DELETE /tags/{id}`: with all its links; 204 even when there is no such tag. */
export function deleteTag(call: Call): SandboxAnswer {
  if (!call.state.tags.delete(call.itemId)) return noContent;
  for (const link of call.state.tagLinks.values()) {
    if (link.tagId === call.itemId) call.state.tagLinks.delete(link.id);
  }
  call.state.deleted.set(call.itemId, 'tag');
  call.context.effect({ kind: 'delete-tag', target: call.itemId });
  return noContent;
}

/** `POST /checklists/tags`: links a tag to a run; repeating it makes no second link. */
export function linkTag(call: Call): SandboxAnswer {
  const fields = new FieldReader(call.request.body);
  const subjectId = fields.text('subject_id', { required: true });
  fields.choice('subject_type', ['Run', 'Checklist'], { required: true });
  const tagId = fields.text('tag_id', { required: true });
  const refusal = fields.refusal();
  if (refusal !== undefined || subjectId === undefined || tagId === undefined) return refusal ?? invalid(new Map());
  const run = call.state.runs.get(subjectId);
  if (run === undefined || run.archivedAtMs !== null) return refused('subject_id', 'Subject not found');
  if (!call.state.tags.has(tagId)) return resourceNotFound;
  const links = [...call.state.tagLinks.values()];
  const known = links.find((link) => link.runId === subjectId && link.tagId === tagId);
  const link = known ?? { id: newId(call.context.random), tagId, runId: subjectId };
  if (known === undefined) {
    call.state.tagLinks.set(link.id, link);
    call.context.effect({ kind: 'link-tag', target: subjectId, detail: { tag_id: tagId } });
  }
  return answerData({ id: link.id, tag_id: tagId, subject_id: subjectId, subject_type: 'Run' }, 201);
}

/** `DELETE /checklists/tags/{association_id}`. */
export function unlinkTag(call: Call): SandboxAnswer {
  const link = call.state.tagLinks.get(call.itemId);
  if (link === undefined) return resourceNotFound;
  call.state.tagLinks.delete(link.id);
  call.context.effect({ kind: 'unlink-tag', target: link.runId, detail: { tag_id: link.tagId } });
  return noContent;
}
