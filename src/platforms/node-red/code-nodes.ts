import type { AnyNode } from 'acorn';

type Kind = AnyNode['type'];

/** What to say of a piece of code, by its kind. */
export type ByKind<T> = {
  readonly [K in Kind]?: (node: Extract<AnyNode, { readonly type: K }>) => T;
};

/** What is said of this piece; undefined for a kind that nothing is said of, or no piece. */
export function ofKind<T>(node: AnyNode | undefined, by: ByKind<T>): T | undefined {
  if (node === undefined) return undefined;
  // A kind and its rule go together, which the compiler does not follow.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const say = by[node.type] as ((one: AnyNode) => T) | undefined;
  return say?.(node);
}

/** The text that a literal is. */
export function textOf(node: AnyNode): string | undefined {
  return ofKind<string | undefined>(node, {
    Literal: ({ value }) => (typeof value === 'object' ? undefined : String(value)),
    TemplateLiteral: ({ expressions, quasis }) =>
      expressions.length > 0 ? undefined : (quasis[0]?.value.cooked ?? undefined),
  });
}

/** What is asked of a value, where it is said in so many words. */
export function propertyOf(node: AnyNode): string | undefined {
  if (node.type !== 'MemberExpression') return undefined;
  const { property, computed } = node;
  return !computed && property.type === 'Identifier' ? property.name : textOf(property);
}

/** A set of words that stand in a line. */
export function words(line: string): ReadonlySet<string> {
  return new Set(line.split(' '));
}
