import { z } from 'zod';

const stage = z.enum(['before', 'after']);
const amount = z.number().min(0);

const fault = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('throttle'),
    hint: z.enum(['service', 'seconds', 'date', 'none', 'html']),
    seconds: amount,
  }),
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    when: stage,
    body: z.enum(['service', 'html', 'empty']).optional(),
  }),
  z.strictObject({ kind: z.literal('reset'), when: stage }),
  z.strictObject({ kind: z.literal('slow'), ms: amount }),
  z.strictObject({ kind: z.literal('late'), ms: amount }),
  z.strictObject({ kind: z.literal('hang'), when: stage }),
  z.strictObject({ kind: z.literal('redirect'), location: z.string().min(1) }),
  z.strictObject({
    kind: z.literal('garbage'),
    form: z.enum(['truncated', 'html', 'huge', 'endless', 'not-utf8', 'echo-token']),
    when: stage,
  }),
]);

/** Fault rules as JSON; a misspelt key is refused, for it would silently match everything. */
export const faultRulesSchema = z.array(
  z.strictObject({
    match: z
      .strictObject({
        service: z.string().optional(),
        method: z.string().optional(),
        pathIncludes: z.string().optional(),
        write: z.boolean().optional(),
        target: z.string().optional(),
      })
      .optional(),
    skip: z.int().min(0).optional(),
    times: z.int().min(0).optional(),
    probability: z.number().gt(0).max(1).optional(),
    fault,
  }),
);

export const sandboxRowsSchema = z.array(
  z.object({
    provider: z.string(),
    operation: z.string(),
    values: z.record(z.string(), z.unknown()),
    cells: z.record(z.string(), z.string()),
    done: z.boolean(),
  }),
);
