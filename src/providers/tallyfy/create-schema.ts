import { z } from 'zod';
import {
  deadlineColumn,
  maxAssignableColumn,
  optionalFlag,
  runColumn,
  startedAtColumn,
  summaryColumn,
  tagsColumn,
  taskTypeColumn,
  titleColumn,
  webhookColumn,
} from './columns.js';
import { newFieldsColumn } from './new-fields-column.js';
import { ownersColumn } from './owners.js';

/** The fields of the create page of the API documentation (2026-07-19). */
export const createSchema = z.object({
  title: titleColumn,
  owners: ownersColumn(
    {
      about:
        'Who is assigned: users (numbers), guests (e-mails), groups (ids), as JSON or as columns owners.users and so on; one at least.',
      example: '{"users":[48213]}',
    },
    { atLeastOne: true },
  ),
  deadline: deadlineColumn(
    'When the task is due, in UTC unless it names an offset; Tallyfy may move it to a working day.',
  ),
  task_type: taskTypeColumn('What kind of task it is; task unless given.').optional(),
  summary: summaryColumn,
  started_at: startedAtColumn,
  separate_task_for_each_assignee: optionalFlag('Whether each assignee gets a task of their own, in a new run.'),
  max_assignable: maxAssignableColumn(1),
  prevent_guest_comment: optionalFlag('Whether guests are kept from commenting.'),
  everyone_must_complete: optionalFlag('Whether each assignee must complete it.'),
  can_complete_only_assignees: optionalFlag('Whether only assignees, and administrators, may complete it.'),
  top_secret: optionalFlag('Whether only assignees and administrators see the task.'),
  is_soft_start_date: optionalFlag('Whether the task may be worked on before its start.'),
  tags: tagsColumn({ about: 'Ids of tags.', example: '5d41402abc4b2a76b9719d911017c592' }),
  form_fields: newFieldsColumn({
    about: 'Form fields of the task, as a JSON array.',
    example: '[{"label":"Amount","field_type":"text","required":false}]',
  }).optional(),
  webhook: webhookColumn,
  mark: optionalFlag(
    'Whether the description ends in an invisible comment that names run and row, by which a task is found again after ' +
      'a lost answer. Without it, title and time decide. Default yes.',
  ),
  run_id: runColumn('A run (process) to attach the task to; it must allow tasks that are not of its template.'),
});

export type CreateArgs = z.output<typeof createSchema>;
