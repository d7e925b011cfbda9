/** Growth as an SVG of two panels: time on logarithmic axes, and memory, which is to be flat, on a linear one. */
import { fitExponent, type Growth, type GrowthPoint } from './growth.js';

/** Distinct in lightness too, so that print and colour blindness leave them apart (Okabe and Ito, 2008). */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9'];
const panel = { width: 330, height: 250, left: 52, top: 40, gap: 70 };
const bottom = panel.top + panel.height;
const memoryGoalMb = 150;

type Scale = (value: number) => number;

export function drawGrowth({ date, node, machine, commands }: Growth): string {
  const series = Object.entries(commands).filter(([, points]) => points.length > 0);
  const all = series.flatMap(([, points]) => points);
  const rows = logRange(all.map((point) => point.rows));
  const seconds = logRange(all.map((point) => point.seconds));
  const mostMb = Math.max(memoryGoalMb, ...all.map(({ peakMb }) => peakMb)) * 1.1;
  const secondLeft = panel.left + panel.width + panel.gap;
  const timeX = logScale(rows, panel.left, panel.left + panel.width);
  const memoryX = logScale(rows, secondLeft, secondLeft + panel.width);
  const timeY = logScale(seconds, bottom, panel.top);
  const memoryY: Scale = (mb) => bottom - (mb / mostMb) * panel.height;
  const width = secondLeft + panel.width + 40;
  const height = bottom + 50 + 18 * series.length + 22;
  const parts = [
    title(panel.left, 'Time from start to end, seconds'),
    title(secondLeft, 'Most memory resident, MB'),
    ...decades(rows).flatMap((value) => [verticalTick(timeX(value), value), verticalTick(memoryX(value), value)]),
    ...decades(seconds).map((value) => horizontalTick(panel.left, timeY(value), String(value))),
    ...steps(mostMb).map((value) => horizontalTick(secondLeft, memoryY(value), String(value))),
    `<path d="M${secondLeft} ${round(memoryY(memoryGoalMb))}h${panel.width}" stroke="#888" stroke-dasharray="5 4"/>`,
    ...series.flatMap(([name, points], index) => {
      const colour = colours[index % colours.length] ?? '#000';
      return [
        line(points, colour, ({ rows, seconds }) => [timeX(rows), timeY(seconds)]),
        line(points, colour, ({ rows, peakMb }) => [memoryX(rows), memoryY(peakMb)]),
        legend(name, points, colour, bottom + 52 + 18 * index),
      ];
    }),
    text(panel.left, height - 8, `${date}, Node ${node}, ${machine}. The dashed line is the goal.`, 'class="small"'),
  ];
  const style = 'text{font:12px system-ui,sans-serif;fill:#222}.small{font-size:11px;fill:#555}';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    '<title>Time and memory of the commands for more and more rows</title>',
    `<style>${style}</style><rect width="100%" height="100%" fill="#fff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function legend(name: string, points: readonly GrowthPoint[], colour: string, y: number): string {
  const exponent = fitExponent(points);
  const fitted = exponent === null ? '' : `: time beyond the start ~ rows^${exponent.toFixed(2)}`;
  const last = points.at(-1);
  const most = last === undefined ? '' : `; ${last.seconds.toPrecision(3)} s and ${Math.round(last.peakMb)} MB`;
  const swatch = `<path d="M${panel.left} ${y - 4}h18" stroke="${colour}" stroke-width="3"/>`;
  return swatch + text(panel.left + 26, y, `${name}${fitted}${most} for ${last?.rows.toLocaleString('en')} rows`);
}

function line(
  points: readonly GrowthPoint[],
  colour: string,
  place: (point: GrowthPoint) => readonly [x: number, y: number],
): string {
  const places = points.map(place).map(([x, y]) => `${round(x)} ${round(y)}`);
  const dots = places.map((at) => `<circle r="3" fill="${colour}" transform="translate(${at})"/>`).join('');
  return `<path d="M${places.join('L')}" fill="none" stroke="${colour}" stroke-width="2"/>${dots}`;
}

function verticalTick(x: number, value: number): string {
  const label = text(x, bottom + 18, value.toLocaleString('en'), 'text-anchor="middle"');
  return `<path d="M${round(x)} ${panel.top}V${bottom}" stroke="#e4e4e4"/>${label}`;
}

function horizontalTick(left: number, y: number, label: string): string {
  const grid = `<path d="M${left} ${round(y)}h${panel.width}" stroke="#e4e4e4"/>`;
  return grid + text(left - 6, y + 4, label, 'text-anchor="end"');
}

function title(x: number, words: string): string {
  return text(x, panel.top - 16, words, 'font-weight="600"');
}

function text(x: number, y: number, words: string, attributes = ''): string {
  const safe = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${safe}</text>`;
}

/** Whole decades around the values, as exponents of ten. */
function logRange(values: readonly number[]): readonly [low: number, high: number] {
  const low = Math.floor(Math.log10(Math.min(...values)));
  return [low, Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values)) - 1e-9))];
}

function decades([low, high]: readonly [number, number]): number[] {
  return Array.from({ length: high - low + 1 }, (_, index) => Number(`1e${low + index}`));
}

function steps(most: number): number[] {
  return Array.from({ length: Math.floor(most / 50) + 1 }, (_, index) => index * 50);
}

function logScale([low, high]: readonly [number, number], from: number, to: number): Scale {
  return (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
