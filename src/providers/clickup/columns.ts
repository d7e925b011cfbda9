/** The columns that ClickUp's operations share. */
import { identifier } from '../columns.js';
import { parseTaskId, parseTeamId } from './task-id.js';

export const taskIdColumn = identifier(
  {
    about: 'The id of the task: native (86fpd7vgc), custom (DEV-1234), or its address.',
    example: '86fpd7vgc',
    aliases: ['id'],
    fix: "Copy the id from the task's address, or the custom id from the task.",
  },
  { parse: parseTaskId },
);

export const teamIdColumn = identifier(
  {
    about: 'The id of the workspace in which a custom id is looked up, where it is not that of CLICKUP_TEAM_ID.',
    example: '9008123456',
    aliases: ['workspace_id'],
    fix: 'Copy the digits behind app.clickup.com/, or leave the cell empty.',
  },
  { parse: parseTeamId },
).optional();
