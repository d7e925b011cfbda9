import type { SandboxAnswer } from '../service.js';
import { answerData, resourceNotFound } from './answers.js';
import { type Call, findRun } from './call.js';
import { FieldReader } from './field-reader.js';
import { presentFormField } from './form-fields.js';
import { answerList } from './paginate.js';
import { presentRun, RUN_STATUSES, readRunStatus } from './run-view.js';
import type { Run, TallyfyState } from './state.js';
import { presentTask, readIncludes } from './task-view.js';

type RunFilter = (run: Run) => boolean;

/** `GET /runs`; archived runs show only with `archived=only` (or `true`), not with `status=archived`. */
export function listRuns(call: Call): SandboxAnswer {
  const { query } = call.request;
  const fields = new FieldReader(Object.fromEntries(query));
  const filters = readRunFilters(call.state, fields);
  const compare = readOrder(fields);
  const refusal = fields.refusal();
  if (refusal !== undefined) return refusal;
  const found = [...call.state.runs.values()].filter((run) => filters.every((fits) => fits(run)));
  if (compare !== undefined) found.sort(compare);
  const includes = readIncludes(query);
  return answerList(call, found, (run) => presentRun(call.state, run, includes));
}

/** `GET /runs/{id}`, archived or not. */
export function getRun(call: Call): SandboxAnswer {
  const run = findRun(call);
  if ('refusal' in run) return run.refusal;
  const includes = readIncludes(call.request.query);
  const view = presentRun(call.state, run.found, includes);
  if (includes.has('tasks')) {
    view.tasks = { data: [...run.found.tasks].map((task) => presentTask(call.state, task, 'listed')) };
  }
  if (includes.has('form_fields')) view.form_fields = { data: presentRunFields(run.found) };
  if (includes.has('ko_form_fields')) view.ko_form_fields = { data: [] };
  return answerData(view);
}

/** `GET /runs/{run}/form-fields`: the fields of all tasks; the emulated templates have no kick-off form. */
export function listRunFields(call: Call): SandboxAnswer {
  const run = findRun(call);
  if ('refusal' in run) return run.refusal;
  if (run.found.archivedAtMs !== null) return resourceNotFound;
  return answerData({ form_fields: presentRunFields(run.found), ko_form_fields: [] });
}

function presentRunFields(run: Run) {
  return [...run.tasks].flatMap((task) => task.fields.map((field) => presentFormField(task, field)));
}

function readRunFilters(state: TallyfyState, fields: FieldReader): readonly RunFilter[] {
  const filters: RunFilter[] = [];
  const archived = fields.text('archived');
  if (archived !== 'true') filters.push((run) => (run.archivedAtMs !== null) === (archived === 'only'));
  const status = fields.choice('status', [...RUN_STATUSES, 'starred']);
  if (status !== undefined) filters.push((run) => hasStatus(run, status));
  const words = fields.text('q')?.toLowerCase();
  if (words !== undefined) filters.push((run) => run.name.toLowerCase().includes(words));
  const owners = fields.text('owners')?.split(',').map(Number);
  if (owners !== undefined) filters.push((run) => owners.includes(run.ownerId));
  const groups = fields.text('groups')?.split(',');
  if (groups !== undefined) filters.push((run) => run.groups.some((group) => groups.includes(group)));
  const checklistId = fields.text('checklist_id') ?? fields.text('blueprint_id');
  if (checklistId !== undefined) filters.push((run) => run.checklistId === checklistId);
  if (fields.text('starred') === 'true') filters.push((run) => run.starred);
  addTagFilters(filters, state, fields);
  return filters;
}

function hasStatus(run: Run, status: (typeof RUN_STATUSES)[number] | 'starred'): boolean {
  if (status === 'starred') return run.starred;
  const own = readRunStatus(run);
  return own === status || (status === 'problem' && own === 'issue');
}

function addTagFilters(filters: RunFilter[], state: TallyfyState, fields: FieldReader): void {
  const links = [...state.tagLinks.values()];
  const title = fields.text('tag');
  if (title !== undefined) {
    filters.push((run) => links.some((link) => link.runId === run.id && state.tags.get(link.tagId)?.title === title));
  }
  const ids = fields.text('tag_ids')?.split(',');
  if (ids !== undefined) filters.push((run) => links.some((link) => link.runId === run.id && ids.includes(link.tagId)));
  if (fields.text('untagged') === 'true') filters.push((run) => !links.some((link) => link.runId === run.id));
}

function readOrder(fields: FieldReader): ((one: Run, other: Run) => number) | undefined {
  const sort = fields.text('sort') ?? fields.text('sort_by');
  if (sort === undefined) return undefined;
  const direction = sort.startsWith('-') ? -1 : 1;
  if (sort.endsWith('newest')) return (one, other) => direction * (other.createdAtMs - one.createdAtMs);
  if (sort.endsWith('name')) return (one, other) => direction * one.name.localeCompare(other.name);
  return undefined;
}
