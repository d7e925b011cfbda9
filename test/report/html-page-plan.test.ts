import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { planHtml } from '../../src/report/html/plan/plan-html.js';
import { planCsv } from '../../src/report/plan/plan-csv.js';
import type { PlanContext } from '../../src/report/plan/plan-format.js';
import type { PlanRow } from '../../src/state/plan-reads.js';
import { operationOf, planOf, reasonOf } from '../ui/kit.js';
import { columnTexts, hasBrowser, type Pages, shownCount, startBrowser } from './html-page-kit.js';
import { collect } from './kit.js';
import { planContext, planRowOf, settings } from './plan-kit.js';

const hostile = '</script><img src=x onerror="document.title=1">';

/** Ten rows of each kind, and one more that is unlike the rest. */
function* rows(): Generator<PlanRow> {
  const kinds = ['will do', 'nothing to do', 'will fail', 'blocked', 'skipped'] as const;
  for (let number = 1; number <= 50; number++) {
    const prediction = kinds[number % 5] ?? 'will do';
    const willDo = prediction === 'will do';
    yield planRowOf({
      number,
      line: number + 1,
      cells: [`86c${number}`, number === 5 ? hostile : '=1+1'],
      target: `86c${number}`,
      prediction,
      state: willDo ? 'pending' : 'skipped',
      reason: willDo ? null : `Because of ${prediction}.`,
      changes: willDo ? [{ field: 'status', before: 'to do', after: 'done' }] : [],
      ...(number === 10 ? { surprises: ['It has 2 comments.', 'Its title begins otherwise.'] } : {}),
      ...(number === 10 ? { surpriseRules: ['comments', 'title'] } : {}),
      ...(number === 15 ? { surprises: ['It has 1 comment.'], surpriseRules: ['comments'] } : {}),
    });
  }
}

const context: PlanContext = planContext(['Task ID', 'Note'], {
  summary: planOf({
    willDo: 10,
    operations: [operationOf({ willDo: 10 }), operationOf({ operation: 'update', risk: 'destructive' })],
    surprises: {
      compared: 10,
      rows: 2,
      groups: [
        { rule: 'comments', rows: 2, first: [{ row: 10, line: 11, title: hostile, reason: 'It has 2 comments.' }] },
      ],
      untold: [],
    },
    reasons: [reasonOf({ state: 'skipped', rows: 10, message: 'Because of skipped.', errorCode: null })],
  }),
  settings: { ...settings, maxRows: 500, only: 'task.name.startsWith("[test]")', expect: { delete: 10 } },
  predicted: { 'will do': 10, 'nothing to do': 10, 'will fail': 10, blocked: 10, skipped: 10, invalid: 0 },
  next: 'taskbatch apply 20261122-0530-delete-7f3a',
});

describe.skipIf(!hasBrowser)('the page of a plan in a browser (needs Debian’s chromium)', () => {
  let pages: Pages;
  let file: string;
  let page: Page;

  beforeAll(async () => {
    pages = await startBrowser();
    file = join(pages.home, 'plan.html');
    const output = createWriteStream(file);
    await planHtml.write(rows(), context, output);
    output.end();
    await finished(output);
  });

  afterAll(() => pages.close());

  afterEach(() => {
    expect(pages.takeComplaints()).toEqual([]);
  });

  test('it tells what would be done, of what, by which guards, and what to type next', async () => {
    page = await pages.open(file);
    expect(await page.textContent('.result')).toBe('10 of 50 rows would be done; 40 would not.');
    expect(await page.textContent('.stop')).toContain('clickup.delete (10 rows)');
    const facts = (await page.textContent('.facts')) ?? '';
    for (const told of ['at most 500 rows', 'task.name.startsWith("[test]")', 'expected: delete 10', '400 requests'])
      expect(facts).toContain(told);
    expect(await page.textContent('#next')).toBe('taskbatch apply 20261122-0530-delete-7f3a');
    expect(await page.locator('.operations tbody tr').count()).toBe(2);
    expect(await page.locator('.plot').count()).toBe(0);
  });

  test('rows are told with what is foretold, before and after, and are found by it', async () => {
    page = await pages.open(file);
    expect(await shownCount(page)).toBe('50 rows');
    expect((await columnTexts(page, 'Foretold')).slice(0, 5)).toEqual([
      'nothing to do',
      'will fail',
      'blocked',
      'skipped',
      'will do',
    ]);
    expect((await columnTexts(page, 'Changes'))[4]).toBe('status: to do → done');
    expect((await columnTexts(page, 'Note'))[4]).toBe(hostile);
    expect(await page.locator('img').count()).toBe(0);
    await page.click('.chip.nothing-to-do');
    expect(await shownCount(page)).toBe('10 of 50 rows');
  });

  test('a surprise and a reason lead to their rows', async () => {
    page = await pages.open(file);
    await page.click('[aria-labelledby=surprises] .button');
    // The page hears of a link in a later turn than that of the click.
    await expect.poll(() => shownCount(page)).toBe('2 of 50 rows');
    expect(await page.inputValue('#code')).toBe('comments');
    await page.click('[aria-labelledby=why] .button');
    await expect.poll(() => shownCount(page)).toBe('10 of 50 rows');
    expect(new Set(await columnTexts(page, 'Foretold'))).toEqual(new Set(['skipped']));
  });

  test('a row opens with what the plan saw and why it is unlike the rest', async () => {
    page = await pages.open(file, {}, '#rows?code=title');
    await page.locator('.body .line').first().click();
    const story = (await page.locator('#story').textContent()) ?? '';
    for (const told of [
      'Row 10',
      'will do',
      'It has 2 comments. Its title',
      'change status“to do” → “done”',
      'Ann; Bob',
    ])
      expect(story).toContain(told);
    expect(story).not.toContain('What happened');
  });

  test('the rows are exported exactly as plan.csv has them', async () => {
    page = await pages.open(file);
    const [all] = await Promise.all([page.waitForEvent('download'), page.click('#export')]);
    expect(all.suggestedFilename()).toMatch(/-plan\.csv$/);
    const output = collect();
    await planCsv.write(rows(), context, output);
    expect(readFileSync(await all.path(), 'utf8')).toBe(output.text());
  });

  test.each(['light', 'dark'] as const)('nothing stands in the way of people in %s', async (colorScheme) => {
    page = await pages.open(file, { colorScheme, bypassCSP: true });
    await page.evaluate(axe.source);
    const found = await page.evaluate(async () => {
      const { violations } = await Reflect.get(window, 'axe').run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      });
      return violations.map(({ id, nodes }: { id: string; nodes: { html: string }[] }) => [id, nodes[0]?.html]);
    });
    expect(found).toEqual([]);
  });

  test('on a phone the page does not scroll sideways', async () => {
    page = await pages.open(file, { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });
});
