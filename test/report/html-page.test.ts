import { readFileSync } from 'node:fs';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { csv } from '../../src/report/csv.js';
import { contextOfRun, courseOf, rowsOf } from './html-kit.js';
import { columnTexts, hasBrowser, type Pages, shownCount, startBrowser } from './html-page-kit.js';
import { writeText } from './kit.js';

const rows = 900;
let pages: Pages;
let page: Page;

describe.skipIf(!hasBrowser)('the page in a browser (needs Debian’s chromium)', () => {
  let file: string;

  beforeAll(async () => {
    pages = await startBrowser();
    file = await pages.write(
      'page.html',
      rowsOf(rows),
      contextOfRun(rows, { course: courseOf(rows), forecast: { rows: 864, seconds: 518 } }),
    );
  });

  afterAll(() => pages.close());

  afterEach(() => {
    expect(pages.takeComplaints()).toEqual([]);
  });

  test('it shows the rows, the charts and what was told, and asks for nothing from anywhere', async () => {
    page = await pages.open(file);
    expect(await shownCount(page)).toBe('900 rows');
    expect((await columnTexts(page, 'Name')).slice(0, 2)).toEqual([
      '[test] Checkout flow, case 1',
      '[test] Checkout flow, case 2',
    ]);
    expect(await page.locator('.plot canvas').count()).toBe(3);
    expect(await page.textContent('#rows-words')).toBe(
      '837 rows succeeded, 27 did not, while the run went on. Expected at the limits told here: 864 rows in 8 min 38 s.',
    );
    expect(await page.textContent('#requests-words')).toContain('at most 100 in any 60 seconds; the limit was 100.');
  });

  test('the line of requests lies above what marks the pauses', async () => {
    const course = courseOf(rows);
    // One after the other, but for the hours in which nobody had the run in hand.
    const pauses = Array.from(course.pauses).map((pause, at, { [at + 1]: next }) => {
      const isLast = next === undefined || next.atMs - pause.atMs > 3_600_000;
      return { ...pause, untilMs: isLast ? pause.atMs + 60_000 : next.atMs };
    });
    page = await pages.open(
      await pages.write('paused.html', rowsOf(rows), contextOfRun(rows, { course: { ...course, pauses } })),
    );
    // The line's own colour, unmixed, in most columns of the picture though all of the plot is hatched.
    const share = await page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('#requests-plot canvas');
      const context = canvas?.getContext('2d');
      if (!canvas || !context) return null;
      const colour = getComputedStyle(document.querySelector('.mark.series-1') ?? canvas).borderTopColor;
      const wanted = (colour.match(/\d+/g) ?? []).slice(0, 3).map(Number);
      const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
      let columns = 0;
      for (let x = 0; x < width; x++) {
        for (let y = 0; y < height; y++) {
          const at = 4 * (y * width + x);
          if (wanted.some((value, part) => Math.abs(value - (data[at + part] ?? 0)) > 12)) continue;
          columns += 1;
          break;
        }
      }
      return columns / width;
    });
    expect(share).toBeGreaterThan(0.7);
  });

  test('rows are found by text, state and code, and all come back', async () => {
    page = await pages.open(file);
    await page.fill('#find', 'CASE 12');
    await page.waitForFunction(() => document.getElementById('rows-count')?.textContent === '11 of 900 rows');
    await page.fill('#find', '.*(');
    await page.waitForFunction(() => document.getElementById('rows-count')?.textContent === '0 of 900 rows');
    await page.click('#clear');
    await page.click('.chip.failed');
    expect(await shownCount(page)).toBe('21 of 900 rows');
    expect(await page.getAttribute('.chip.failed', 'aria-pressed')).toBe('true');
    await page.click('.chip.blocked');
    expect(await shownCount(page)).toBe('25 of 900 rows');
    await page.selectOption('#code', 'CHANGED_SINCE_PLAN');
    expect(await shownCount(page)).toBe('4 of 900 rows');
    expect(new Set(await columnTexts(page, 'State'))).toEqual(new Set(['blocked']));
    await page.click('#clear');
    expect(await shownCount(page)).toBe('900 rows');
  });

  test('a reason leads to its rows, and so does its address', async () => {
    page = await pages.open(file);
    await page.click('.reason.failed .button');
    // The page hears of a link in a later turn than that of the click.
    await expect.poll(() => shownCount(page)).toBe('21 of 900 rows');
    const hash = new URL(page.url()).hash;
    expect(hash).toBe('#rows?state=failed&code=TASK_NOT_FOUND');
    page = await pages.open(file, {}, hash);
    expect(await shownCount(page)).toBe('21 of 900 rows');
    expect(await page.inputValue('#code')).toBe('TASK_NOT_FOUND');
  });

  test('a column’s name sorts by it, then the other way round, then not', async () => {
    page = await pages.open(file);
    const head = page.locator('[role=columnheader]', { hasText: 'Name' });
    await head.locator('button').click();
    expect(await head.getAttribute('aria-sort')).toBe('ascending');
    expect((await columnTexts(page, 'Name')).slice(0, 3)).toEqual(
      [1, 10, 100].map((number) => `[test] Checkout flow, case ${number}`),
    );
    await head.locator('button').click();
    expect((await columnTexts(page, 'Name'))[0]).toBe('[test] Checkout flow, case 99');
    await head.locator('button').click();
    expect(await head.getAttribute('aria-sort')).toBe('none');
    const row = page.locator('[role=columnheader]', { hasText: 'Row' });
    await row.locator('button').click();
    await row.locator('button').click();
    expect((await columnTexts(page, 'Row')).slice(0, 2)).toEqual(['✓900', '✓899']);
  });

  test('columns are chosen', async () => {
    page = await pages.open(file);
    await page.click('#columns summary');
    await page.getByLabel('Place', { exact: true }).check();
    await page.getByLabel('Name', { exact: true }).uncheck();
    await page.keyboard.press('Escape');
    const heads = await page.locator('[role=columnheader]').allTextContents();
    expect(heads).toContain('Place');
    expect(heads).not.toContain('Name');
    expect((await columnTexts(page, 'Place'))[0]).toBe('QA / Regression / List 1');
  });

  test('a row opens its story and leads on to the next one', async () => {
    page = await pages.open(file);
    await page.fill('#find', 'case 55');
    await page.waitForFunction(() => document.getElementById('rows-count')?.textContent?.startsWith('11 of'));
    await page.locator('.body .line').first().click();
    const story = page.locator('#story');
    expect(await story.textContent()).toContain('Row 55');
    expect(await story.textContent()).toContain(
      'Attempt 1: API_ERROR HTTP_502: ClickUp answered 502 Bad Gateway. It may have been applied.',
    );
    expect(await story.textContent()).toContain('the target was kept whole as it was');
    expect(await story.locator('a').getAttribute('rel')).toBe('noopener noreferrer');
    await page.keyboard.press('ArrowRight');
    expect(await story.textContent()).toContain('Row 550');
    await page.keyboard.press('Escape');
    expect(await story.isVisible()).toBe(false);
  });

  test('everything is reached by keyboard', async () => {
    page = await pages.open(file);
    await page.locator('.grid').focus();
    const active = () =>
      page.evaluate(() => {
        const id = document.querySelector('.grid')?.getAttribute('aria-activedescendant') ?? '';
        return document.getElementById(id)?.children[0]?.textContent ?? null;
      });
    await page.keyboard.press('End');
    expect(await active()).toBe('✓900');
    await page.keyboard.press('ArrowUp');
    expect(await active()).toBe('✓899');
    await page.keyboard.press('Home');
    await page.keyboard.press('PageDown');
    expect(Number((await active())?.slice(1))).toBeGreaterThan(10);
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await page.locator('#story-title').textContent()).toContain('Row 2');
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('grid');
  });

  test('the rows are exported exactly as report.csv has them', async () => {
    page = await pages.open(file);
    const [all] = await Promise.all([page.waitForEvent('download'), page.click('#export')]);
    expect(all.suggestedFilename()).toBe('20261122-0530-delete-7f3a-rows.csv');
    const whole = readFileSync(await all.path(), 'utf8');
    expect(whole === (await writeText(csv, rowsOf(rows), contextOfRun(rows)))).toBe(true);
    await page.click('.chip.failed');
    const [some] = await Promise.all([page.waitForEvent('download'), page.click('#export')]);
    expect(readFileSync(await some.path(), 'utf8').split('\n')).toHaveLength(21 + 2);
  });

  test('light and dark follow the system until they are switched', async () => {
    const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    page = await pages.open(file, { colorScheme: 'dark' });
    expect(await paper()).toBe('rgb(22, 23, 26)');
    await page.click('#theme');
    expect(await paper()).toBe('rgb(253, 253, 252)');
    page = await pages.open(file, { colorScheme: 'light' });
    expect(await paper()).toBe('rgb(253, 253, 252)');
  });

  test.each(['light', 'dark'] as const)('nothing stands in the way of people in %s', async (colorScheme) => {
    page = await pages.open(file, { colorScheme, bypassCSP: true });
    await page.evaluate(axe.source);
    const check = () =>
      page.evaluate(async () => {
        const found = await Reflect.get(window, 'axe').run(document, {
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        });
        return found.violations.map((violation: { id: string; nodes: { html: string }[] }) => [
          violation.id,
          violation.nodes[0]?.html,
        ]);
      });
    expect(await check()).toEqual([]);
    await page.click('.chip.failed');
    await page.click('#columns summary');
    expect(await check()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('.body .line').first().click();
    expect(await check()).toEqual([]);
  });

  test('on a phone the page does not scroll sideways, and a row fills the screen', async () => {
    page = await pages.open(file, { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await page.locator('.body .line').first().tap();
    expect(await page.locator('#story').evaluate((story) => story.getBoundingClientRect().width)).toBe(390);
    expect(await page.locator('#story').evaluate((story) => story.scrollWidth)).toBeLessThanOrEqual(390);
  });

  test('on paper there are rows to read, and none of the tools', async () => {
    page = await pages.open(file, { colorScheme: 'dark' });
    await page.click('.chip.failed');
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.printed tbody tr').count()).toBe(21);
    expect(await page.locator('#tools').isVisible()).toBe(false);
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe(
      'rgb(253, 253, 252)',
    );
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect(await page.locator('.printed').count()).toBe(0);
  });
});
