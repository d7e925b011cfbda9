import { readFileSync, statSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { contextOfRun, rowsOf } from './html-kit.js';
import { columnTexts, hasBrowser, type Pages, shownCount, startBrowser } from './html-page-kit.js';
import { contextOf, rowOf } from './kit.js';

let pages: Pages;
let page: Page;

describe.skipIf(!hasBrowser)('what a page may hold, in a browser (needs Debian’s chromium)', () => {
  beforeAll(async () => {
    pages = await startBrowser();
  });

  afterAll(() => pages.close());

  afterEach(() => {
    expect(pages.takeComplaints()).toEqual([]);
  });

  test('hostile contents stay text, and are seen for what they are', async () => {
    const bad = '</script><img src=x onerror="document.title=1">';
    const hostile = [
      rowOf({
        cells: [bad, '\u202Egpj.exe', '=1+1'],
        url: 'javascript:document.title=1',
        message: bad,
        target: '__proto__',
      }),
      rowOf({ number: 2, cells: ['__proto__', 'a\nb\tc', 'constructor'], url: 'https://user@evil.example/<x>' }),
      rowOf({ number: 3, cells: [bad], url: 'data:text/html,<script>1</script>' }),
    ];
    page = await pages.open(await pages.write('hostile.html', hostile, contextOf(bad, '__Proto', 'constructor')));
    expect(await page.title()).toBe('20261122-0530-delete-7f3a · taskbatch');
    expect(await page.locator('img').count()).toBe(0);
    expect(await columnTexts(page, bad)).toEqual([bad, '__proto__', bad]);
    expect(await columnTexts(page, 'Task')).toEqual([
      'javascript:document.title=1',
      'open ↗',
      'data:text/html,<script>1</script>',
    ]);
    expect(
      await page.locator('.body a').evaluateAll((links) => links.map((link) => link.getAttribute('href'))),
    ).toEqual(['https://user@evil.example/%3Cx%3E']);
    await page.locator('.body .line').first().click();
    const story = (await page.locator('#story').textContent()) ?? '';
    expect(story).toContain(bad);
    expect(await page.locator('#story a').count()).toBe(0);
    await page.keyboard.press('Escape');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#export')]);
    expect(readFileSync(await download.path(), 'utf8')).toContain("'=1+1");
  });

  test('direction marks and line ends of a cell are shown as signs', async () => {
    const cells = [['\u202Egpj.exe'], ['a\nb\tc'], ['\u0000']];
    const content = cells.map((cell, index) => rowOf({ number: index + 1, cells: cell }));
    page = await pages.open(await pages.write('signs.html', content, contextOf('Name')));
    expect(await columnTexts(page, 'Name')).toEqual(['⟨U+202E⟩gpj.exe', 'a⏎b⇥c', '⟨U+0000⟩']);
  });

  test('rows with a text that is cut are not exported, and the way to the whole is told', async () => {
    page = await pages.open(
      await pages.write('cut.html', [rowOf({ cells: ['x'.repeat(1_000_000)] })], contextOf('Text')),
    );
    expect(await page.textContent('#rows-note')).toBe(
      'Very long texts of 1 row are cut here; they are whole in report.csv.',
    );
    await page.click('#export');
    expect(await page.textContent('#rows-note')).toContain('taskbatch report 20261122-0530-delete-7f3a --format csv');
  });

  test('a run without a course, without failures and of one row has a page too', async () => {
    page = await pages.open(await pages.write('one.html', [rowOf()], contextOf('id')));
    expect(await shownCount(page)).toBe('1 row');
    expect(await page.textContent('.gap')).toContain('was not recorded');
    expect(await page.locator('.reasons').count()).toBe(0);
    const bytes = statSync(`${pages.home}/one.html`).size;
    expect(bytes).toBeLessThan(400_000);
    process.stderr.write(`page of one row: ${Math.round(bytes / 1_000)} kB\n`);
  });

  test('a column that only few rows use is wide enough for what they have there', async () => {
    const rows = Array.from({ length: 1_000 }, (_, at) =>
      rowOf({ number: at + 1, ...(at === 990 && { state: 'failed', errorCode: 'RATE_LIMIT_EXCEEDED' }) }),
    );
    page = await pages.open(await pages.write('rare.html', rows, contextOf('id')));
    await page.click('[data-state=failed], .states button:has-text("failed")');
    const isCut = await page.evaluate(() => {
      const at = [...document.querySelectorAll('[role=columnheader]')].findIndex((head) => head.textContent === 'Code');
      const cell = document.querySelector('.body .line:not([hidden])')?.children[at];
      return cell === undefined ? null : [cell.textContent, cell.scrollWidth > cell.clientWidth];
    });
    expect(isCut).toEqual(['RATE_LIMIT_EXCEEDED', false]);
  });

  test('of 200,000 rows the first are seen before the last has come, and no frame is empty while they scroll', async () => {
    const many = 200_000;
    page = await pages.open(await pages.write('many.html', rowsOf(many), contextOfRun(many)));
    expect(await shownCount(page)).toBe('200,000 rows');
    const marks = await page.evaluate(() =>
      Object.fromEntries(performance.getEntriesByType('mark').map(({ name, startTime }) => [name, startTime])),
    );
    expect(marks['first-rows']).toBeLessThan(marks['all-rows'] ?? 0);
    expect(marks['first-rows']).toBeLessThan(10_000);
    // Told, not judged by the second: it hangs on how busy the machine is.
    process.stderr.write(
      `page of 200,000 rows: first table after ${Math.round(marks['first-rows'] ?? Number.NaN)} ms\n`,
    );
    const empty = await page.evaluate(async () => {
      const grid = document.querySelector('.grid');
      if (grid === null) return -1;
      grid.scrollIntoView({ behavior: 'instant' });
      let frames = 0;
      for (let step = 0; step < 60; step++) {
        grid.scrollTop = (grid.scrollHeight * ((step * 37) % 60)) / 60;
        // What would be painted now, before the page has heard of the scrolling.
        const box = grid.getBoundingClientRect();
        const seen = document.elementFromPoint(box.left + 40, box.top + box.height / 2)?.closest('.body .line');
        if (seen === null || seen === undefined || seen.textContent === '') frames += 1;
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
      grid.scrollTop = grid.scrollHeight;
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      return frames;
    });
    expect(empty).toBe(0);
    expect((await columnTexts(page, 'Row')).at(-1)).toBe('✕200000');
    await page.fill('#find', 'case 199999');
    await page.waitForFunction(() => document.getElementById('rows-count')?.textContent === '1 of 200,000 rows');
  });
});
