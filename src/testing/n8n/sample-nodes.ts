import { createHmac } from 'node:crypto';

import type { Fact, FactKind } from '../../domain/inventory.ts';
import { analyse } from '../../platforms/n8n/analyse.ts';

/** What a test says of a node; the rest is as n8n fills it in. `type` may lack the base package. */
export type GivenNode = { type?: string; name?: string; parameters?: object } & Record<
  string,
  unknown
>;

/** A node as the public API shows it. */
export function aNode({ type = 'noOp', name = type, parameters = {}, ...rest }: GivenNode): object {
  const full = type.includes('.') ? type : `n8n-nodes-base.${type}`;
  return { name, type: full, parameters, typeVersion: 1, position: [0, 0], ...rest };
}

/** An HTTP request node named Call. */
export function aCall(url: string, more: object = {}): GivenNode {
  return { type: 'httpRequest', name: 'Call', parameters: { url, ...more } };
}

/** A keyed hash as the connector uses one, with a key of the tests. */
export function testFingerprint(secret: string): string {
  return createHmac('sha256', 'test key').update(secret).digest('hex').slice(0, 16);
}

/** What analysis says about a draft of these nodes. */
export function factsOf(nodes: readonly GivenNode[], rest: object = {}): Fact[] {
  return analyse(
    { nodes: nodes.map(aNode), activeVersion: null, ...rest },
    { fingerprint: testFingerprint },
  );
}

/** The facts of one kind, without what every fact has. */
export function ofKind(
  kind: FactKind,
  facts: readonly Fact[],
): Omit<Fact, 'kind' | 'in' | 'node'>[] {
  return facts
    .filter((fact) => fact.kind === kind)
    .map(({ kind: _kind, in: _in, node: _node, ...rest }) => rest);
}

/** The values of one kind of fact about one node. */
export function valuesOf(kind: FactKind, given: GivenNode): string[] {
  return ofKind(kind, factsOf([given])).map(({ value }) => value);
}
