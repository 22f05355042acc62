import { z } from 'zod';

import { hostNode } from '../../domain/graph-build.ts';
import type { Graph } from '../../domain/graph.ts';
import type { ItemKey } from '../../domain/inventory.ts';
import type { JsonObject } from '../../domain/json.ts';
import { targetsAtMost } from '../../domain/planning.ts';
import type { Block } from '../../domain/reply.ts';
import { counted, listed } from '../../domain/wording.ts';
import { UserError } from '../../errors.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { coverageOf } from '../coverage.ts';
import { hostsBelow } from '../find-missing.ts';
import { findWorkflows } from '../find-workflows.ts';
import type { Asked } from '../graph-around.ts';
import { picturedAtMost, pictureOf } from '../graph-around.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { missingBlocks, nothingFound } from '../nothing-found.ts';
import { hostName, reference } from '../scope-items.ts';
import { tokens } from '../tokens.ts';

export const scopeGraph = defineCommand({
  name: 'scope graph',
  summary: 'The picture around workflows, credentials or hosts; without a name, around the scope',
  examples: [
    'scope graph',
    'scope graph w12 c3',
    'scope graph evil.example',
    'scope graph tag:payments',
  ],
  words: ['query…?'],
  options: incidentOption,
  permission: 'viewer',
  input: z.object({ query: z.string().exactOptional(), ...incidentInput }),

  async run(context, input) {
    const { asked, note, subject } = await readAsked(context, input);
    const coverage = await coverageOf(context);
    const graph = await pictureOf(context, asked);
    if (input.query !== undefined) await refuseUnseenHosts(context, asked.hosts, graph);
    return {
      kind: 'view',
      title: titleOf(graph, subject),
      blocks: [...note, { kind: 'graph', graph }, ...coverage.blocks],
      next: nextLines(input.query, asked),
      audience: 'person',
      outcome: 'done',
      data: { ...dataOf(graph), coverage: coverage.data },
    };
  },
});

/** More than a plan holds cannot be simulated either. */
function nextLines(query: string | undefined, { workflows, unloaded }: Asked): readonly string[] {
  if (query === undefined) return ['scope show'];
  const tooMany = workflows.length + unloaded > targetsAtMost;
  return [tooMany ? `scope find ${query}` : `contain simulate ${query}`];
}

type Reading = { readonly asked: Asked; readonly note: readonly Block[]; readonly subject: string };

async function readAsked(
  context: CommandContext,
  input: { readonly query?: string; readonly in?: string },
): Promise<Reading> {
  if (input.query === undefined) return await readScope(context, input.in);
  const words = tokens(input.query).map((token) => token.raw.replace(/,$/, ''));
  const subject = words.length > 5 ? counted(words.length, 'thing') : listed(words);
  if (words.every((word) => reference.test(word) || hostName.test(word))) {
    return { asked: await named(context, words), note: [], subject };
  }
  const found = await findWorkflows(context, input.query, picturedAtMost);
  const { hits, total } = found;
  if (total === 0) {
    throw nothingFound((meant) => `scope graph ${meant}`, found, {
      message: 'No workflow was found, so there is nothing to draw.',
      hint: 'Try the query with `scope find`; it says what the inventory cannot see.',
    });
  }
  const workflows = hits.map(({ workflow }) => workflow);
  return {
    asked: { workflows, credentials: [], hosts: [], unloaded: total - hits.length },
    note: missingBlocks(found.missing),
    subject: counted(total, 'workflow'),
  };
}

async function readScope(context: CommandContext, name: string | undefined): Promise<Reading> {
  const { incident, note } = await incidentOf(context, name);
  const items = await context.store.scope.of(incident.id);
  if (items.length === 0) {
    throw new UserError('not_ready', `Nothing is in the scope of ${incident.name} yet.`, {
      hint: 'Name what to draw, e.g. `scope graph w12`, or add it: `scope add w12`.',
    });
  }
  const keysOf = (kind: string) =>
    items.filter((item) => item.kind === kind).map((item) => item.key);
  const keys = keysOf('workflow');
  return {
    asked: {
      workflows: await workflowsOf(context, keys.slice(0, picturedAtMost)),
      credentials: keysOf('credential'),
      hosts: keysOf('host').map(({ id }) => id),
      unloaded: Math.max(0, keys.length - picturedAtMost),
    },
    note,
    subject: `the scope of ${incident.name}`,
  };
}

async function workflowsOf({ store }: CommandContext, keys: readonly ItemKey[]) {
  const found = await Promise.all(keys.map((key) => store.inventory.workflow(key)));
  return found.flatMap((workflow) => workflow ?? []);
}

async function named(context: CommandContext, words: readonly string[]): Promise<Asked> {
  const keys = { workflow: [] as ItemKey[], credential: [] as ItemKey[] };
  for (const word of words.filter((one) => reference.test(one))) {
    const kind = word.toLowerCase().startsWith('w') ? 'workflow' : 'credential';
    const [found] = await context.store.inventory.resolve(kind, word);
    if (!found) {
      throw new UserError('not_found', `No ${kind} has the reference ${word}.`, {
        hint: '`scope find` shows references; `scope sync` looks for new ones.',
      });
    }
    keys[kind].push(found.key);
  }
  const hosts = words.filter((word) => !reference.test(word)).map((word) => word.toLowerCase());
  return {
    workflows: await workflowsOf(context, keys.workflow.slice(0, picturedAtMost)),
    credentials: keys.credential,
    hosts,
    unloaded: Math.max(0, keys.workflow.length - picturedAtMost),
  };
}

async function refuseUnseenHosts(
  { store }: CommandContext,
  hosts: readonly string[],
  { edges }: Graph,
): Promise<void> {
  const unseen = hosts.filter((host) => !edges.some(({ to }) => to === hostNode(host).id));
  if (unseen.length === 0) return;
  const below = await Promise.all(unseen.map((host) => hostsBelow(store.inventory, host)));
  const message = [
    `No workflow is seen to send to ${listed(unseen)}.`,
    ...below.flatMap((one) => one?.text ?? []),
  ].join(' ');
  throw new UserError('not_found', message, {
    hint: '`scope find` searches; hosts known only at run time cannot be found.',
    candidates: below.flatMap((one) => (one ? [`scope graph host:${one.pattern}`] : [])),
  });
}

function titleOf({ nodes }: Graph, subject: string): string {
  const amount = (kind: string) => nodes.filter((node) => node.kind === kind).length;
  const contained = nodes.filter(({ state }) => state === 'contained').length;
  const parts = [
    counted(amount('workflow'), 'workflow') + (contained > 0 ? ` (${contained} verified off)` : ''),
    counted(amount('credential'), 'credential'),
    counted(amount('host'), 'host'),
  ];
  return `Around ${subject}: ${listed(parts)}`;
}

function dataOf({ nodes, edges, omissions }: Graph): JsonObject {
  return {
    nodes: nodes.map(({ id, kind, ref, label, state }) => ({
      id,
      kind,
      ref: ref ?? null,
      label,
      state: state ?? null,
    })),
    edges: edges.map(({ from, to, label }) => ({ from, to, label })),
    omissions: [...omissions],
  };
}
