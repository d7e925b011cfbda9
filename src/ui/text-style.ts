/** For what kind of screen a text is made. */
export interface TextStyle {
  /** Wall clock in ms, for finish times. */
  readonly nowMs: number;
  /** IANA name of the zone in which times are told; undefined = the machine's. */
  readonly timeZone: string | undefined;
  /** Columns of the screen; texts are made for at least {@link leastWidth}. */
  readonly width: number;
  readonly colour: boolean;
  /** Whether ornaments may be other than ASCII. What a manifest or a service says is shown as it is. */
  readonly unicode: boolean;
}

/** Below this, lines are left to the screen to wrap. */
export const leastWidth = 60;
export function textWidthOf({ width }: Pick<TextStyle, 'width'>): number {
  return Math.max(leastWidth, width);
}

export type Tone = 'bold' | 'dim' | 'good' | 'bad' | 'warning';

/** Colours a piece of one line, or leaves it alone. */
export type Paint = (tone: Tone, text: string) => string;

const codes: Readonly<Record<Tone, readonly [on: string, off: string]>> = {
  bold: ['1', '22'],
  dim: ['2', '22'],
  good: ['32', '39'],
  bad: ['31', '39'],
  warning: ['33', '39'],
};

export function createPaint(colour: boolean): Paint {
  if (!colour) return (_tone, text) => text;
  return (tone, text) => {
    const [on, off] = codes[tone];
    return text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`;
  };
}
