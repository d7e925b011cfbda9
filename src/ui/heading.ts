/** What every text about a run begins with: what it is, whose, and where. */

import { countOf } from '../format-numbers.js';
import type { RunSummary } from '../run/run-summary.js';
import type { Page } from './page.js';

export function addHeading(
  page: Page,
  title: string,
  { sandbox, manifest, services }: Pick<RunSummary, 'sandbox' | 'manifest' | 'services'>,
): void {
  page.lines([page.paint('bold', title)]);
  if (sandbox) page.paragraph('SANDBOX: a local emulator. No real service is touched.', { tone: 'warning' });
  page.gap();
  const name = manifest.name === '-' ? 'standard input' : manifest.name;
  page.labelled('Manifest', `${name}, ${countOf(manifest.rows, 'row')}`);
  for (const [index, { title: service, tenant, user }] of services.entries()) {
    page.labelled(index === 0 ? 'Service' : '', [service, tenant, user].filter((part) => part !== '').join(page.dot));
  }
}
