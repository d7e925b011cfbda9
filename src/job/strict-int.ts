import type { ASTNode, SourceRange } from '@marcbachmann/cel-js';
import { partsOf } from './asked-fields.js';

/**
 * The same condition with an `int()` that does not take an empty text for 0: a row whose cell is empty would pass for one
 * that says 0. To `double()` and `timestamp()` an empty text is an error anyway.
 * @param typeOf the type of a part of the condition, by its text.
 */
export function withStrictInt(expression: string, condition: ASTNode, typeOf: (part: string) => string): string {
  const texts: SourceRange[] = [];
  const visit = (node: ASTNode): void => {
    const [argument] = node.op === 'call' && node.args[0] === 'int' ? node.args[1] : [];
    // One within another is left as it is: its own argument is a number.
    if (argument !== undefined && !asksForInt(argument)) {
      const { start, end } = argument.range;
      if (typeOf(expression.slice(start, end)) === 'string') texts.push({ start, end });
    }
    for (const part of partsOf(node.args)) visit(part);
  };
  visit(condition);
  return texts
    .toSorted((one, other) => other.start - one.start)
    .reduce((whole, { start, end }) => {
      const text = whole.slice(start, end);
      return `${whole.slice(0, start)}(${text}).size() == 0 ? "empty" : (${text})${whole.slice(end)}`;
    }, expression);
}

function asksForInt(node: ASTNode): boolean {
  return (node.op === 'call' && node.args[0] === 'int') || partsOf(node.args).some(asksForInt);
}
