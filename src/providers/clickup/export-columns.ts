import type { ServiceExport } from '../provider.js';

/**
 * ClickUp's own exports. The workspace export (Settings, Imports / Exports) has one row a task, subtasks too, with dates
 * in Unix milliseconds beside a text, `[a,b]` for lists and `null` for what is empty; older ones say `Folder Name` and
 * `Subtask IDs`. The export of a view has the columns that the view shows, and `Name (type)` for custom fields. Headers
 * as in files that public importers read (2026).
 */
export const clickUpExport: ServiceExport = {
  marks: [
    ...['Task Type', 'Task Link', 'ClickUp URL', 'Task Custom ID', 'Subtasks IDs', 'Subtask IDs'],
    ...["Subtask ID's", "Subtask URL's", 'Parent Name', 'Parent URL', 'Created By', 'Creator', 'Watchers'],
    ...['Date Created', 'Date Created Text', 'Date Updated', 'Date Updated Text', 'Date Closed', 'Date Closed Text'],
    ...['Date Done', 'Date Done Text', 'Due Date Text', 'Start Date Text', 'Attachments', 'Checklists', 'Comments'],
    ...['Comment Count', 'Assigned Comments', 'Assigned Comment Count', 'Latest Comment', 'Folder Name/Path'],
    ...['Folder Name', 'Folder', 'Space Name', 'Space', 'Lists', 'Sprints', 'Linked Tasks', 'Linked Docs'],
    ...['Home Location ID', 'Home Location', 'Other Location IDs', 'Other Locations', 'Time Estimated Text'],
    ...['Time Spent', 'Time Spent Text', 'Time Logged', 'Time Logged Text', 'Time Logged Rolled Up', 'Rolled Up Time'],
    ...['Rolled Up Time Text', 'Time Estimate Rolled Up', 'Points Estimate', 'Points Estimate Rolled Up'],
    ...['Time In Status', 'Folder ID', 'Space ID'],
  ],
  others: ['Tags', 'Assignee', 'Assignees', 'Status', 'Priority', 'List', 'List Name', 'Time Estimated', 'Parent ID'],
};
