/** Whom and what services tell by themselves when a plan is executed, as far as it can be known beforehand. */
import type { Likelihood } from '../providers/operation.js';
import type { CatalogueEntry } from '../providers/provider.js';
import { countAudience } from '../state/audience-reads.js';
import { countGiving } from '../state/plan-reads.js';
import type { RunDatabase } from '../state/run-database.js';
import type { RunRecord } from '../state/run-record.js';

export interface ServiceNotices {
  readonly provider: string;
  /** For people: `ClickUp`. */
  readonly title: string;
  /** Whether people are told; `may` where the service does not say for sure. */
  readonly people: Likelihood;
  /** Rows of which they are told. */
  readonly peopleRows: number;
  /** How many people, each counted once: assignees and followers of the targets that were read. */
  readonly peopleCount: number;
  /** Rows among them whose people are not known: they make something, or their targets were not read. */
  readonly peopleUnknownRows: number;
  readonly automations: Likelihood;
  readonly automationRows: number;
  /** Targets among these that have a webhook of their own. */
  readonly webhooks: number;
}

export interface NoticePart {
  readonly entry: Pick<CatalogueEntry, 'provider' | 'name' | 'notices'>;
  readonly rows: number;
}

/** Services that tell nobody are left out. */
export function findNotices(
  database: RunDatabase,
  { services }: Pick<RunRecord, 'services'>,
  parts: readonly NoticePart[],
): ServiceNotices[] {
  return [...new Set(parts.map(({ entry }) => entry.provider))].flatMap((provider) => {
    const own = parts.filter(({ entry, rows }) => entry.provider === provider && rows > 0);
    const telling = own
      .filter(({ entry }) => entry.notices.people !== 'no')
      .map((part) => ({ ...part, rows: tellingRows(database, part) }))
      .filter(({ rows }) => rows > 0);
    const firing = own.filter(({ entry }) => entry.notices.automations !== 'no');
    if (telling.length === 0 && firing.length === 0) return [];
    const people = countAudience(
      database,
      provider,
      telling.map(({ entry }) => entry.name),
    );
    const fired = countAudience(
      database,
      provider,
      firing.map(({ entry }) => entry.name),
    );
    const peopleRows = sumRows(telling);
    return {
      provider,
      title: services.find((service) => service.provider === provider)?.title ?? provider,
      people: surest(telling.map(({ entry }) => entry.notices.people)),
      peopleRows,
      peopleCount: people.people,
      peopleUnknownRows: peopleRows - people.rows,
      automations: surest(firing.map(({ entry }) => entry.notices.automations)),
      automationRows: sumRows(firing),
      webhooks: fired.webhooks,
    };
  });
}

/** Rows that tell anybody. */
function tellingRows(database: RunDatabase, { entry: { provider, name, notices }, rows }: NoticePart): number {
  return notices.peopleIn === undefined ? rows : countGiving(database, provider, name, notices.peopleIn);
}

function sumRows(parts: readonly NoticePart[]): number {
  return parts.reduce((sum, { rows }) => sum + rows, 0);
}

/** `yes` only where all are sure. */
function surest(all: readonly Likelihood[]): Likelihood {
  if (all.length === 0) return 'no';
  return all.every((one) => one === 'yes') ? 'yes' : 'may';
}
