/** What a condition over the live task asks of it, from its syntax tree: its text alone does not tell. */
import type { ASTNode } from '@marcbachmann/cel-js';

export interface AskedFields {
  /** Fields of the task that it names, as `task.due` or `task["due"]`. */
  readonly named: ReadonlySet<string>;
  /** Those of them of which it asks whether they are empty. */
  readonly testedForEmpty: ReadonlySet<string>;
}

export function askedFields(condition: ASTNode): AskedFields {
  const named = new Set<string>();
  const testedForEmpty = new Set<string>();
  const visit = (node: ASTNode): void => {
    const field = fieldOf(node);
    if (field !== null) named.add(field);
    const tested = fieldTestedForEmpty(node);
    if (tested !== null) testedForEmpty.add(tested);
    for (const part of partsOf(node.args)) visit(part);
  };
  visit(condition);
  return { named, testedForEmpty };
}

/** The field of the task that a node stands for; null for any other node. */
export function fieldOf(node: ASTNode | undefined): string | null {
  switch (node?.op) {
    case '.':
    case '.?':
      return isTask(node.args[0]) ? node.args[1] : null;
    case '[]':
    case '[?]': {
      const [of, key] = node.args;
      return isTask(of) && key.op === 'value' && typeof key.args === 'string' ? key.args : null;
    }
    default:
      return null;
  }
}

function isTask(node: ASTNode): boolean {
  return node.op === 'id' && node.args === 'task';
}

function fieldTestedForEmpty(node: ASTNode): string | null {
  switch (node.op) {
    case '==':
    case '!=': {
      const [one, other] = node.args;
      return isEmptyText(other) ? fieldOf(one) : isEmptyText(one) ? fieldOf(other) : null;
    }
    case 'call':
      return node.args[0] === 'size' ? fieldOf(node.args[1][0]) : null;
    case 'rcall':
      return node.args[0] === 'size' ? fieldOf(node.args[1]) : null;
    default:
      return null;
  }
}

function isEmptyText(node: ASTNode): boolean {
  return node.op === 'value' && node.args === '';
}

/** The nodes among what a node is made of, however deep in lists. */
export function partsOf(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(partsOf);
  return isNode(args) ? [args] : [];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
