/** The texts with which a condition over the live task compares what people wrote in the service. */
import type { ASTNode } from '@marcbachmann/cel-js';
import { placeFields } from '../providers/provider.js';
import { fieldOf, partsOf } from './asked-fields.js';

/** Fields whose texts a condition has to have to the letter, capitals and all. */
export const letteredFields = ['status', 'lists', 'tags', ...placeFields] as const;
export type LetteredField = (typeof letteredFields)[number];

export interface ComparedText {
  readonly field: LetteredField;
  readonly text: string;
}

/** As in `task.status == "to do"`, `task.list in ["A", "B"]` and `"x" in task.tags`; each once. */
export function comparedTexts(condition: ASTNode): ComparedText[] {
  const found = new Map<string, ComparedText>();
  const visit = (node: ASTNode): void => {
    for (const one of comparedIn(node)) found.set(JSON.stringify([one.field, one.text]), one);
    for (const part of partsOf(node.args)) visit(part);
  };
  visit(condition);
  return [...found.values()];
}

function comparedIn(node: ASTNode): ComparedText[] {
  switch (node.op) {
    case '==':
    case '!=':
    case 'in': {
      const [one, other] = node.args;
      return [...compared(one, other), ...compared(other, one)];
    }
    default:
      return [];
  }
}

function compared(side: ASTNode, other: ASTNode): ComparedText[] {
  const name = fieldOf(side);
  const field = letteredFields.find((one) => one === name);
  if (field === undefined) return [];
  const texts = other.op === 'list' ? partsOf(other.args) : [other];
  return texts.flatMap((node) =>
    node.op === 'value' && typeof node.args === 'string' && node.args !== '' ? [{ field, text: node.args }] : [],
  );
}
