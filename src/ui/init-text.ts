/** What `init` made, what the service says to the token, and what to type next. */
import type { CheckGroup } from '../doctor/check.js';
import { addGroup } from './doctor-text.js';
import { createPage } from './page.js';
import type { TextStyle } from './text-style.js';
import { padToWidth } from './text-width.js';

export interface InitSummary {
  readonly files: ReadonlyArray<{ readonly path: string; readonly about: string; readonly written: boolean }>;
  /** What was found out about the service with the token that there is. */
  readonly service: CheckGroup;
  /** Whether any of the service's variables is set. */
  readonly configured: boolean;
  /** The command that prints an example row. */
  readonly template: string;
  /** The command that checks the token again. */
  readonly check: string;
  /** The command that makes the first plan. */
  readonly plan: string;
}

export function renderInit(
  { files, service, configured, template, check, plan }: InitSummary,
  style: TextStyle,
): string {
  const page = createPage(style);
  const width = Math.max(...files.map(({ path }) => path.length)) + 2;
  page.lines([page.paint('bold', 'Written')]);
  for (const { path, about, written } of files) {
    const text = written ? about : 'was there already; left as it is';
    page.paragraph(text, { indent: width + 2, head: `  ${padToWidth(path, width)}` });
  }
  page.gap();
  addGroup(page, service);
  page.gap();
  const steps: Array<readonly [text: string, command: string | null]> = [
    ...(configured ? [] : [['Copy .env.example to .env, put the token there, and check it:', check] as const]),
    ['Put rows below the header of the manifest. An example row:', template],
    [
      `See what they would do; a plan changes nothing${configured ? '' : ', and with --sandbox it needs no account'}.`,
      null,
    ],
  ];
  for (const [at, [text, command]] of steps.entries()) {
    page.paragraph(text, { indent: 3, head: `${at + 1}. ` });
    // A command stays on one line, whatever its length, so that it can be copied.
    if (command !== null) page.lines([`   ${page.paint('bold', command)}`]);
  }
  page.next([plan]);
  return page.text();
}
