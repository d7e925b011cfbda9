import { padToWidth, widthOf } from './text-width.js';
import { visibleText } from './visible-text.js';

export interface TableColumn {
  readonly title: string;
  readonly align: 'left' | 'right';
}

const gap = '  ';

/** Lines of columns two blanks apart, as wide as their widest cell: nothing is cut. The first line holds the titles. */
export function renderTable(columns: readonly TableColumn[], rows: ReadonlyArray<readonly string[]>): string[] {
  const lines = [columns.map(({ title }) => title), ...rows.map((row) => row.map(visibleText))];
  const widths = columns.map((_, at) => Math.max(...lines.map((cells) => widthOf(cells[at] ?? ''))));
  return lines.map((cells) =>
    columns
      .map(({ align }, at) => padToWidth(cells[at] ?? '', widths[at] ?? 0, align))
      .join(gap)
      .trimEnd(),
  );
}
