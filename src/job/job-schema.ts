/** The job file's one definition: it validates, and the JSON Schema is made from it. */
import { z } from 'zod';

const expression = (about: string) => z.string().min(1).max(10_000).describe(about);

export const jobSchema = z
  .strictObject({
    description: z.string().max(1_000).optional().describe('What the job is for, in a sentence.'),
    provider: z.string().optional().describe('The service: tallyfy, clickup or bitrix24.'),
    operation: z
      .string()
      .optional()
      .describe('What each row asks for, unless its own `operation` cell says otherwise.'),
    columns: z
      .record(z.string(), z.string())
      .optional()
      .describe("The operation's columns, each with the name that it has in the manifest."),
    when: expression('CEL over the row; rows for which it is false are skipped.').optional(),
    only: expression('CEL over the live task; rows for which it is false are blocked.').optional(),
    never: expression('CEL over the live task; a row for which it is true stops the whole run.').optional(),
    tenant: z
      .string()
      .min(1)
      .optional()
      .describe(
        'The organisation, workspace or portal that the credential must act for: its name as `doctor` tells it, or its id.',
      ),
    user: z
      .string()
      .min(1)
      .optional()
      .describe('The user that the credential must act for: the name as `doctor` tells it, or the id.'),
    confirm: z
      .enum(['ask', 'expect', 'plan'])
      .optional()
      .describe('What executing takes: an answer or --yes; --expect as well; or `apply` of a plan that was reviewed.'),
    plan_expires: z
      .string()
      .optional()
      .describe('How long a plan may be applied after it was made, e.g. 8h; a day when left out.'),
    duplicates: z
      .enum(['error', 'skip'])
      .optional()
      .describe('What a second row for the same target and operation is.'),
    look: z
      .enum(['all', 'each'])
      .optional()
      .describe(
        'Whether targets are read together where that is cheaper, or each by itself, which tells more of some.',
      ),
    missing: z.enum(['fail', 'skip']).optional().describe('What a row is whose target does not exist when planning.'),
    snapshot: z.boolean().optional().describe('Whether each target is kept as it was before its change.'),
    limits: z
      .strictObject({
        requests_per_minute: z.number().min(0).max(600_000).optional().describe('0 = as many as the service states.'),
        concurrency: z.int().min(1).max(1_000).optional().describe('Rows in work at once.'),
        pace: z.enum(['even', 'window']).optional().describe('Evenly spaced, or as fast as the rolling minute allows.'),
      })
      .optional(),
    guards: z
      .strictObject({
        require_when: z.boolean().optional().describe('Whether rows must be chosen by `when` or --where.'),
        max_rows: z.int().min(0).optional().describe('More rows to do than this are refused before anything is sent.'),
        max_share: z
          // 0.2 may be meant for a fifth or for 0.2 %: who guards by it has to say which.
          .union([
            z.number().refine((share) => share === 0 || share >= 1, 'write a share like 20%'),
            z.string().regex(/^\s*\d+(\.\d+)?\s*%\s*$/, 'write a share like 20%'),
          ])
          .transform((share) => (typeof share === 'number' ? share : Number.parseFloat(share)))
          .pipe(z.number().min(0).max(100))
          .optional()
          .describe('Percent of a list, run or project that the rows to do may touch: 20%.'),
        canary: z
          .int()
          .min(0)
          .max(1_000)
          .optional()
          .describe('Rows that are done and read back before the others are sent.'),
        stop_after: z
          .strictObject({
            failed: z
              .int()
              .min(1)
              .optional()
              .describe('Rows among the last 100 that failed with one class, at which the run stops.'),
            percent: z
              .number()
              .positive()
              .max(100)
              .optional()
              .describe('Their share in percent at which the run stops, judged from row 20 on.'),
          })
          .optional(),
      })
      .optional(),
  })
  .describe('A taskbatch job: a manifest and a job make a run.');

export type Job = z.output<typeof jobSchema>;

/** JSON Schema (draft 2020-12) of the job file, for editors. */
export function jobJsonSchema(): object {
  return z.toJSONSchema(jobSchema, { io: 'input' });
}
