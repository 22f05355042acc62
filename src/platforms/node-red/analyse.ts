import type { Fact } from '../../domain/inventory.ts';
import { secretFacts, shownName, withoutSecrets } from '../hard-coded-secrets.ts';
import { textsIn } from '../node-texts.ts';
import type { NodeFact } from '../node-texts.ts';
import { callFacts } from './analyse-calls.ts';
import { codeFacts } from './analyse-code.ts';
import { hostFacts } from './analyse-hosts.ts';
import { triggerFacts } from './analyse-triggers.ts';
import { nodeName, settingsOf, subflowOf, wiredTo } from './flow-file.ts';
import type { FlowFile, Item, Part, Tab } from './flow-file.ts';

/** What is known beside the flow file. */
export type Known = {
  /** Keyed hash of a hard-coded secret. The secret itself goes nowhere else. */
  readonly fingerprint: (secret: string) => string;
  /** Which module a node type comes from; empty where Node-RED does not tell. */
  readonly modules: ReadonlyMap<string, string>;
  /** Nodes that hold credentials, by id. */
  readonly holders: ReadonlySet<string>;
  /** `basic` when callers of every address have to sign in, `none` when anyone may call. */
  readonly auth: string;
};

/** The module with which Node-RED itself comes. */
const coreModule = 'node-red';
/** Items that arrange others on the canvas. */
const arranging = new Set(['tab', 'subflow', 'group', 'comment', 'junction']);

/**
 * Everything static analysis can say about a tab, with the subflows and configuration that it uses.
 *
 * Never throws: what is malformed says nothing. No fact holds a secret, and none appears twice.
 */
export function analyse(file: FlowFile, tab: Tab, known: Known): Fact[] {
  const parts = file.partsOf(tab);
  const targets = new Set(parts.flatMap(({ item }) => sendsTo(item)));
  const facts = [
    ...typeFacts(parts, known),
    // The variables of the tab itself may hold a token.
    ...secretFacts(textsIn(settingsOf(tab.item)), known.fingerprint),
    ...parts.flatMap((part) => partFacts(file, tab, part, targets, known)),
  ].map(storable);
  const distinct = new Map(facts.map((fact) => [JSON.stringify(fact), fact]));
  // What is deployed is what runs; of a tab that is off, nothing does.
  const where = tab.isDisabled ? 'draft' : 'both';
  return [...distinct.values()].map((fact) => ({ ...fact, in: where }));
}

function partFacts(
  file: FlowFile,
  tab: Tab,
  part: Part,
  targets: ReadonlySet<string>,
  known: Known,
): NodeFact[] {
  const { item } = part;
  const name = nodeName(item);
  const texts = textsIn(settingsOf(item));
  const secrets = secretFacts(texts, known.fingerprint);
  // A note on the canvas calls nothing, but people write tokens on it.
  const facts: NodeFact[] = arranging.has(item.type)
    ? secrets
    : [
        ...(known.holders.has(item.id)
          ? [{ kind: 'credential' as const, value: item.id, label: name }]
          : []),
        ...triggerFacts(file, part, targets, known.auth),
        ...hostFacts(item, texts),
        ...callFacts(file, tab, item),
        ...codeFacts(item, texts),
        ...secrets,
      ];
  return facts.map((fact) => ({
    ...fact,
    node: fact.node ?? name,
    ...(part.isDisabled ? { disabled: true } : {}),
  }));
}

/** One fact for each type of node and each module, however often it is used; enabled ones speak for it. */
function typeFacts(parts: readonly Part[], { modules }: Known): NodeFact[] {
  const types = new Map<string, Part>();
  for (const part of parts) {
    if (arranging.has(part.item.type)) continue;
    const type = subflowOf(part.item) === undefined ? part.item.type : 'subflow';
    const seen = types.get(type);
    if (!seen || (seen.isDisabled && !part.isDisabled)) types.set(type, part);
  }
  return [...types].flatMap(([type, { item, isDisabled }]) => {
    const rest = { node: nodeName(item), ...(isDisabled ? { disabled: true } : {}) };
    const from = modules.get(type);
    const isForeign = from !== undefined && from !== coreModule;
    return [
      { kind: 'node' as const, value: type.toLowerCase(), ...rest },
      ...(isForeign ? [{ kind: 'package' as const, value: from, label: type, ...rest }] : []),
    ];
  });
}

/** The nodes that an item sends to; of a subflow, those that its input leads to. */
function sendsTo(item: Item): readonly string[] {
  return [
    ...wiredTo(item),
    ...(item.type === 'subflow' ? textsIn(item['in']).map(({ value }) => value) : []),
  ];
}

/** Every text in a fact is somebody’s, and may hold a token; a secret’s value is a fingerprint already. */
function storable(fact: NodeFact): NodeFact {
  const { kind, value, node, label } = fact;
  return {
    ...fact,
    value: kind === 'secret' ? value : withoutSecrets(shownName(value)),
    ...(node === undefined ? {} : { node: shownName(node) }),
    ...(label === undefined ? {} : { label: shownName(label) }),
  };
}
