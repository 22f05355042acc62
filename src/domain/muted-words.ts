import type { TargetNode } from './plan.ts';
import { counted, listed } from './wording.ts';

/** So many nodes are named in a sentence. */
const namedAtMost = 8;

/** `“Call”, “Send mail”`: nodes by name. */
export function nodesInWords(nodes: readonly TargetNode[]): string {
  return listed(
    nodes.map(({ name }) => `“${name}”`),
    namedAtMost,
  );
}

/** `2 nodes of w3`: what a plan about nodes is about, so that it never reads as the whole. */
export function countedNodes(
  targets: readonly { readonly ref: string; readonly nodes?: readonly TargetNode[] }[],
): string {
  return targets
    .map(({ ref, nodes = [] }) => `${counted(nodes.length, 'node')} of ${ref}`)
    .join(', ');
}
