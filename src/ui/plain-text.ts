const plain: Readonly<Record<string, string>> = {
  '…': '...',
  '·': '-',
  '×': 'x',
  '–': '-',
  '—': '-',
  '→': '->',
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
};
const ornaments = new RegExp(`[${Object.keys(plain).join('')}]`, 'g');

/** The text with the ornaments of our own sentences as ASCII; what a manifest or a service says stays what it is. */
export function plainText(text: string): string {
  return text.replace(ornaments, (character) => plain[character] ?? character);
}
