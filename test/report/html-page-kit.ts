/** Pages in a real browser: writes them to disk, opens them, and collects whatever the browser complains about. */
import { createWriteStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { html } from '../../src/report/html/html.js';
import type { ReportContext } from '../../src/report/report-format.js';
import type { ReportRow } from '../../src/state/report-reads.js';

/** Where Debian's package puts it. */
const executablePath = '/usr/bin/chromium';
export const hasBrowser = existsSync(executablePath);

export interface Pages {
  /** A folder of their own. */
  readonly home: string;
  write(name: string, rows: Iterable<ReportRow>, context: ReportContext): Promise<string>;
  /** Opens it alone, and waits until all its rows are there. */
  open(path: string, options?: BrowserContextOptions, hash?: string): Promise<Page>;
  /** What the console said, and what was asked of any network, since it was last asked. */
  takeComplaints(): string[];
  close(): Promise<void>;
}

export async function startBrowser(): Promise<Pages> {
  const home = mkdtempSync(join(tmpdir(), 'page-'));
  const browser: Browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  let complaints: string[] = [];
  return {
    home,
    write: async (name, rows, context) => {
      const path = join(home, name);
      const output = createWriteStream(path);
      await html.write(rows, context, output);
      output.end();
      await finished(output);
      return path;
    },
    open: async (path, options = {}, hash = '') => {
      for (const context of browser.contexts()) await context.close();
      const context = await browser.newContext({ viewport: { width: 1_280, height: 900 }, ...options });
      const page = await context.newPage();
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => {
        if (!/^(?:file|blob):/.test(request.url())) complaints.push(request.url());
      });
      await page.goto(`file://${path}${hash}`);
      await page.waitForSelector('html[data-ready]');
      return page;
    },
    takeComplaints: () => {
      const taken = complaints;
      complaints = [];
      return taken;
    },
    close: async () => {
      await browser.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The texts of the cells of one column, as far as they are to be seen, from top to bottom. */
export function columnTexts(page: Page, label: string): Promise<string[]> {
  return page.evaluate((wanted) => {
    const heads = [...document.querySelectorAll('[role=columnheader]')].map((head) => head.textContent);
    const at = heads.indexOf(wanted);
    return [...document.querySelectorAll<HTMLElement>('.body .line:not([hidden])')]
      .sort((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
      .map((line) => line.children[at]?.textContent ?? '');
  }, label);
}

export function shownCount(page: Page): Promise<string | null> {
  return page.textContent('#rows-count');
}
