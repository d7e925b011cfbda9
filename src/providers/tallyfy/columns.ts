/** The columns that Tallyfy's operations share. */
import { identifier } from '../columns.js';
import { parseHexId } from './hex-id.js';

export const taskIdColumn = identifier(
  {
    about: 'The id of the task.',
    example: '0f8fad5bd9cb469fa16570867728950e',
    aliases: ['id'],
    fix: 'Copy the 32 characters of the id from Tallyfy again; format the column as text before pasting.',
  },
  { parse: parseHexId },
);

export const runIdColumn = identifier(
  {
    about: 'The id of the run (process) that the task belongs to. Not needed: a task is found without it.',
    example: '7c9e6679f4e64b0d9a3f1e2d3c4b5a69',
    aliases: ['process_id'],
    fix: 'Copy the 32 characters of the id from Tallyfy again, or leave the cell empty.',
  },
  { parse: parseHexId },
).optional();
