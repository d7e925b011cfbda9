/** The page's program. It asks nothing of any network, and puts text into the page as text only. */
import type { PageFacts } from '../page-facts.js';
import { createAnswersChart } from './answers-chart.js';
import type { Chart } from './chart-kit.js';
import { createCourseAxis, type Span } from './course-axis.js';
import { part } from './dom.js';
import { startPrint } from './print.js';
import { createRequestsChart } from './requests-chart.js';
import { takeRows } from './row-data.js';
import { createRowStore, type RowStore } from './row-store.js';
import { createRowsChart, readRowEnds, rowsWords } from './rows-chart.js';
import { createRowsView } from './rows-view.js';
import { startTheme } from './theme.js';
import { localiseTimes, zoneText } from './times.js';

const facts: PageFacts = JSON.parse(document.getElementById('page')?.textContent ?? '{}');
const charts: Chart[] = [];
const drawCharts = (onPaper: boolean): void => {
  for (const chart of charts) chart.draw(onPaper);
};

startTheme(() => drawCharts(false));
localiseTimes();
part('zone', HTMLParagraphElement).textContent = `Times are told in ${zoneText()}.`;
startCopying();
const store = createRowStore(facts.columns);
const view = createRowsView(store, facts);
startPrint(part('table', HTMLDivElement), () => ({ columns: view.columns, rows: view.order }), drawCharts);
drawRequests();
let marked = false;
takeRows(
  store,
  () => {
    if (marked) return;
    // Showing each share as it comes would cost more than reading it.
    marked = true;
    view.refresh();
    performance.mark('first-rows');
  },
  (told) => {
    view.finish(told);
    drawRows(store);
    document.documentElement.dataset.ready = 'true';
    performance.mark('all-rows');
  },
);

function courseSpans(): Span[] {
  const { lanes, pauses, stepMs } = facts.timeline;
  return [
    ...lanes.flatMap(({ points }) =>
      points.filter(([, requests]) => requests > 0).map(([atMs]): Span => [atMs, atMs + stepMs]),
    ),
    ...pauses.map(({ fromMs, untilMs }): Span => [fromMs, untilMs]),
  ];
}

function drawRequests(): void {
  const { timeline } = facts;
  const axis = createCourseAxis(courseSpans());
  if (axis !== null && timeline.lanes.length > 0) {
    charts.push(
      createRequestsChart(
        part('requests-plot', HTMLDivElement),
        part('requests-legend', HTMLDivElement),
        timeline,
        axis,
      ),
    );
  }
  if (timeline.answerTimes !== null) {
    charts.push(createAnswersChart(part('answers-plot', HTMLDivElement), timeline.answerTimes));
  }
}

function drawRows(rows: RowStore): void {
  if (facts.startedAtMs === null || facts.only !== null) return;
  const ends = readRowEnds(rows, facts.startedAtMs);
  const axis = createCourseAxis([...courseSpans(), ...Array.from(ends.atMs, (atMs): Span => [atMs, atMs + 1])]);
  if (ends.atMs.length < 2 || axis === null) return;
  const forecast = facts.forecast === null ? null : { ...facts.forecast, fromMs: facts.startedAtMs };
  part('rows-words', HTMLParagraphElement).textContent = rowsWords(ends, forecast);
  part('rows-figure', HTMLElement).hidden = false;
  const chart = createRowsChart(part('rows-plot', HTMLDivElement), ends, axis, forecast);
  charts.push(chart);
}

/** Buttons that copy a command, where the browser lets a page do that. */
function startCopying(): void {
  if (navigator.clipboard === undefined) return;
  for (const button of document.querySelectorAll('button[data-copy]')) {
    if (!(button instanceof HTMLButtonElement)) continue;
    button.hidden = false;
    button.addEventListener('click', () => {
      const text = document.getElementById(button.dataset.copy ?? '')?.textContent ?? '';
      navigator.clipboard.writeText(text).then(
        () => {
          button.textContent = 'Copied';
        },
        () => {
          button.textContent = 'Not allowed';
        },
      );
    });
  }
}
