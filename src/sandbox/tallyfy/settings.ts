/**
 * How the emulated Tallyfy decides where its description leaves a choice. The defaults are the documented or the more
 * careful side; the other side is one field away, so that a client can be shown to survive both.
 */
export interface TallyfySettings {
  /** Bearer tokens that are accepted; the first is the one that the environment names. */
  readonly tokens: readonly string[];
  /** Bearer tokens of a light member, who sees what is not secret and changes only tasks that are theirs. */
  readonly memberTokens: readonly string[];
  /** 32 hex digits; requests for another organization are answered with 403. */
  readonly organizationId: string;
  /** Whether the token's user is an administrator: may complete tasks of others and delete for good. */
  readonly admin: boolean;
  /**
   * Completing a completed task: `refuse` is the 422 of the documentation; `refire` is the 200 that Tallyfy's own MCP
   * server reports, which changes nothing but fires webhook and mails again (an effect `webhook-refired`).
   */
  readonly secondCompletion: 'refuse' | 'refire';
  /** A missing `X-Tallyfy-Client`: 401, or 404 `ENDPOINT_NOT_FOUND`. */
  readonly missingClientHeader: 401 | 404;
  /** A one-off route called with the id of a run's task. The real code is unknown. */
  readonly oneOffRouteOnRunTask: 404 | 422;
  /** Whether `GET /tasks/{id}` still answers an archived task; otherwise 404. The real answer is unknown. */
  readonly archivedTasksReadable: boolean;
  /** What `per_page` above 100 does. The real answer is unknown. */
  readonly perPageAboveMaximum: 'clamp' | 'refuse';
  /** Shape of `meta.pagination.links`; `natural` is an object with the pages that exist, or `[]` on a single page. */
  readonly paginationLinks: 'natural' | 'object' | 'empty' | 'null' | 'absent';
  /** Comments an hour and organization; 0 = no cap. */
  readonly commentsPerHour: number;
  /** Guest invites (first use of an e-mail address) an hour and organization; 0 = no cap. */
  readonly guestInvitesPerHour: number;
  /** Fields of a body that are taken and ignored, with a dot those inside an object: `owners.guests`. */
  readonly ignoredFields: readonly string[];
  /** Lists leave out what was created less than this ago, as a trailing replica does. Milliseconds. */
  readonly listLagMs: number;
}

export const defaultTallyfySettings: TallyfySettings = {
  tokens: ['sandbox-tallyfy-5c1f0e7a94d24b86a3b8e1d96f20c7aa'],
  memberTokens: ['sandbox-tallyfy-member-2b7e5f0c8d914a63b1c4e7f9a0d35826'],
  organizationId: '0f6d2c84b1a94e3e9d57c3a8e42b6f10',
  admin: true,
  secondCompletion: 'refuse',
  missingClientHeader: 401,
  oneOffRouteOnRunTask: 404,
  archivedTasksReadable: false,
  perPageAboveMaximum: 'clamp',
  paginationLinks: 'natural',
  commentsPerHour: 120,
  guestInvitesPerHour: 30,
  ignoredFields: [],
  listLagMs: 0,
};
