import type { Coverage } from '../../domain/connection.ts';
import type { CredentialRecord, Fact, Inventory, WorkflowRecord } from '../../domain/inventory.ts';
import { counted } from '../../domain/wording.ts';
import { shownName } from '../hard-coded-secrets.ts';
import { analyse } from './analyse.ts';
import type { Known } from './analyse.ts';
import type { NodeSet } from './answers.ts';
import type { NodeRedClient } from './client.ts';
import { credentialHolders } from './credentials.ts';
import type { Holders } from './credentials.ts';
import { hashesOf } from './definition.ts';
import { authOfEntries } from './entry-probe.ts';
import { nodeName } from './flow-file.ts';
import type { FlowFile, Tab } from './flow-file.ts';
import { isTabId } from './ids.ts';
import { nodesOn } from './nodes.ts';
import { structuresOf } from './structure.ts';

/** The whole estate in one look: every tab analysed with what it uses, and the gaps told. */
export async function takeInventory(
  client: NodeRedClient,
  fingerprint: (secret: string) => string,
  signal: AbortSignal,
): Promise<Inventory> {
  const takenAt = client.api.now();
  const file = await client.flows(signal);
  const [settings, sets, state] = await Promise.all([
    client.settings(signal),
    client.nodeSets(signal),
    client.state(signal),
  ]);
  const holders = await credentialHolders(client, file, signal);
  const known: Known = {
    fingerprint,
    modules: new Map(sets?.flatMap(({ module, types }) => types.map((type) => [type, module]))),
    holders: new Set(holders.held.map(({ item }) => item.id)),
    auth: await authOfEntries(client.api, settings?.httpNodeRoot ?? '/', signal),
  };
  const tabs = file.tabs.filter(({ id }) => isTabId(id));
  const workflows = tabs.map((tab) => recordOf(file, tab, known));
  return {
    takenAt,
    workflows,
    credentials: holders.held.map(({ item }): CredentialRecord => ({
      id: item.id,
      name: shownName(nodeName(item)),
      type: shownName(item.type),
    })),
    users: [],
    coverage: coverageOf(workflows, { file, sets, holders, state }),
  };
}

function recordOf(file: FlowFile, tab: Tab, known: Known): WorkflowRecord {
  const hashes = hashesOf(file, tab);
  return {
    id: tab.id,
    name: shownName(tab.label),
    active: !tab.isDisabled,
    archived: false,
    tags: [],
    hash: hashes.whole,
    contentHash: hashes.content,
    draftDiffers: false,
    savesExecutions: false,
    facts: analyse(file, tab, known),
    structures: structuresOf(file, tab),
    nodes: nodesOn(file, tab),
  };
}

/** True of every Node-RED, hence said with every answer. */
const always = [
  'Node-RED keeps no record of executions: what ran, and when, is not known.',
  'Node-RED tells nobody who its people are, or who changed a tab and when.',
];

function coverageOf(
  records: readonly WorkflowRecord[],
  seen: {
    readonly file: FlowFile;
    readonly sets: readonly NodeSet[] | undefined;
    readonly holders: Holders;
    readonly state: string | undefined;
  },
): Coverage {
  const { file, sets, holders, state } = seen;
  const runtime = records.map((record) => nodesOf(record, 'runtime_host'));
  const unknownCalls = records.filter((record) => nodesOf(record, 'calls_unknown') > 0).length;
  const oddIds = file.tabs.length - records.length;
  const unused = unusedOf(file);
  const gaps = [
    ...always,
    ...(state === 'stop' || state === 'safe'
      ? [
          `All flows of this Node-RED are stopped${state === 'safe' ? ' (safe mode)' : ''}; enabled tabs do not run.`,
        ]
      : []),
    ...(file.unreadable > 0
      ? [`${counted(file.unreadable, 'item')} of the flow file came in a form that cannot be read.`]
      : []),
    ...(oddIds > 0
      ? [`${counted(oddIds, 'tab')} left out: their ids are no ids of Node-RED.`]
      : []),
    ...(unused > 0
      ? [`${counted(unused, 'node')} that no tab uses left out: configuration and subflows alone.`]
      : []),
    ...(sets ? [] : ['Modules are hidden: the user lacks nodes.read.']),
    ...holders.gaps,
    ...(unknownCalls > 0
      ? [
          `${counted(unknownCalls, 'tab')} ${unknownCalls === 1 ? 'calls' : 'call'} others that are only known when they run.`,
        ]
      : []),
  ];
  return {
    workflows: records.length,
    credentials: holders.held.length,
    users: 0,
    runtimeHosts: {
      nodes: runtime.reduce((sum, nodes) => sum + nodes, 0),
      workflows: runtime.filter((nodes) => nodes > 0).length,
    },
    gaps,
  };
}

const arranging = new Set(['tab', 'subflow', 'group', 'comment']);

/** Items that do not run with any tab, besides those that only arrange others. */
function unusedOf(file: FlowFile): number {
  const used = new Set(file.tabs.flatMap((tab) => file.partsOf(tab).map(({ item }) => item.id)));
  return [...file.items].filter((item) => !arranging.has(item.type) && !used.has(item.id)).length;
}

/** How many nodes show a fact. */
function nodesOf({ facts }: WorkflowRecord, kind: Fact['kind']): number {
  return new Set(facts.filter((fact) => fact.kind === kind).map((fact) => fact.value)).size;
}
