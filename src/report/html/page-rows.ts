/** The frame of the rows' table; its content comes from the data below, through the page's program. */
import { type Markup, markup } from './markup.js';
import type { PageFacts } from './page-facts.js';

const words = {
  report: { whole: 'report.csv beside this file', state: 'State', code: 'Code' },
  plan: { whole: 'what taskbatch status writes with --output plan.csv', state: 'Foretold', code: 'Unlike the rest' },
} as const satisfies Record<PageFacts['kind'], unknown>;

export function pageRows(kind: PageFacts['kind']): Markup {
  const { whole, state, code } = words[kind];
  return markup`<section class="rows" id="rows" aria-labelledby="rows-title">
<div class="rows-top">
<h2 id="rows-title">Rows</h2>
<p id="rows-count" role="status"></p>
</div>
<noscript><p class="gap">The table needs JavaScript. The same rows are in ${whole}.</p></noscript>
<form class="tools" id="tools" role="search" aria-label="Rows" hidden>
<label class="search"><span class="label">Find</span> <input type="search" id="find" autocomplete="off" spellcheck="false" placeholder="text in any cell"></label>
<label><span class="label">${code}</span> <select id="code"></select></label>
<details class="columns" id="columns"><summary>Columns</summary><div class="choices" id="choices"></div></details>
<button type="button" id="clear" class="quiet">Clear filters</button>
<button type="button" id="export">Export CSV</button>
<fieldset class="states" id="states"><legend class="label">${state}</legend></fieldset>
</form>
<p id="rows-note" class="gap" role="status" hidden></p>
<div id="table"></div>
<p class="note keys" id="keys" hidden>Arrow keys, Page Up and Page Down move; Enter opens a row; a column’s name sorts.</p>
</section>
</main>
<footer><p id="zone">Times are told in UTC.</p></footer>
<dialog id="story" aria-labelledby="story-title"></dialog>
`;
}
