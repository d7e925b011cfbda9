let measure: ((text: string) => number) | null = null;

/** How wide a text is in the page's font, in CSS pixels. */
export function textWidth(text: string): number {
  measure ??= createMeasure();
  // Nobody sees more of it.
  return measure(text.slice(0, 80));
}

function createMeasure(): (text: string) => number {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return (text) => text.length * 8;
  const { fontSize, fontFamily } = getComputedStyle(document.body);
  context.font = `${fontSize} ${fontFamily}`;
  return (text) => context.measureText(text).width;
}
