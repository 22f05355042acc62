import { z } from 'zod';

import type { Credential, Workflow } from '../../domain/inventory.ts';
import { keyText } from '../../domain/inventory.ts';
import type { Block, View } from '../../domain/reply.ts';
import { scopeLabel } from '../../domain/scope.ts';
import { counted } from '../../domain/wording.ts';
import { UserError } from '../../errors.ts';
import type { ResolvedItem, ScopeItem } from '../../store/store.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { coverageOf } from '../coverage.ts';
import { usersOf } from '../credential-of.ts';
import { hostsBelow } from '../find-missing.ts';
import { findWithFoundOn } from '../found-on.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { showTime } from '../show-time.ts';
import { tokens } from '../tokens.ts';
import { zoneOf } from '../when.ts';
import { activeWords, showWorkflow, standingData } from '../workflow-view.ts';

const shownAtMost = 100;
const candidatesAtMost = 10;

export const scopeShow = defineCommand({
  name: 'scope show',
  summary: 'One workflow, credential or host; without a name, all that is in scope',
  examples: ['scope show', 'scope show w12', 'scope show c3', 'scope show evil.example'],
  words: ['what…'],
  options: incidentOption,
  permission: 'viewer',
  input: z.object({ what: z.string().max(300).exactOptional(), ...incidentInput }),

  async run(context, input) {
    if (input.what === undefined) return await showScope(context, input.in);
    const what = nameIn(input.what);
    const { inventory } = context.store;
    const found = [
      ...(await inventory.resolve('workflow', what)),
      ...(await inventory.resolve('credential', what)),
    ];
    const [only, ...others] = found;
    if (others.length > 0) throw ambiguous(what, found);
    if (only?.kind === 'workflow') return await showWorkflow(context, only.key);
    if (only?.kind === 'credential') return await showCredential(context, only);
    return await showHost(context, what);
  },
});

/** A name in quotes is the name; `host:x` is what people type who have just searched for it. */
function nameIn(typed: string): string {
  const words = tokens(typed);
  const [first] = words;
  const name = words.length === 1 && first ? first.text : typed.trim();
  return name.replace(/^host:/i, '');
}

function ambiguous(what: string, found: readonly ResolvedItem[]): UserError {
  return new UserError('ambiguous', `“${what}” may mean ${found.length} things. Say which one.`, {
    hint: `e.g. \`scope show ${found[0]?.ref}\``,
    candidates: found
      .slice(0, candidatesAtMost)
      .map(({ ref, kind, name, connectionName }) => `${ref} ${kind} ${name} (${connectionName})`),
    typed: what,
  });
}

async function showCredential(context: CommandContext, item: ResolvedItem): Promise<View> {
  const coverage = await coverageOf(context);
  const { inventory } = context.store;
  const all = await inventory.credentials();
  const credential = all.find((one) => keyText(one) === keyText(item.key));
  const users = await usersOf(context, item.key);
  return {
    kind: 'view',
    title: `${item.ref} ${item.name}`,
    blocks: [
      { kind: 'fields', fields: credentialFields(item, credential, zoneOf(context)) },
      workflowTable(users.slice(0, shownAtMost), zoneOf(context)),
      ...rest(users.length),
      ...coverage.blocks,
    ],
    next: [`scope find credential:${item.ref}`, `contain plan credential:${item.ref}`],
    audience: 'person',
    outcome: 'done',
    data: {
      ref: item.ref,
      name: item.name,
      connection: item.connectionName,
      type: credential?.type ?? null,
      owner: credential?.owner ?? null,
      usedBy: users.map((workflow) => workflow.ref),
      standing: standingOf(users),
      coverage: coverage.data,
    },
  };
}

function credentialFields(
  item: ResolvedItem,
  credential: Credential | undefined,
  zone: string,
): readonly (readonly [string, string])[] {
  return [
    ['connection', item.connectionName],
    ['type', credential?.type ?? 'unknown'],
    ...(credential?.owner === undefined ? [] : [['owner', credential.owner] as const]),
    ...(credential?.changedAt === undefined
      ? []
      : [['changed', showTime(credential.changedAt, zone)] as const]),
    ...(credential?.onlyReferenced === true
      ? [['note', 'known only from workflows: the platform does not list it'] as const]
      : []),
  ];
}

async function showHost(context: CommandContext, host: string): Promise<View> {
  const coverage = await coverageOf(context);
  const { hits, total } = await findWithFoundOn(
    context,
    { kind: 'text', field: 'host', value: host.toLowerCase(), wildcard: host.includes('*') },
    shownAtMost,
  );
  if (total === 0) {
    const below = await hostsBelow(context.store.inventory, host.toLowerCase());
    const none = `No workflow, credential or host is called “${host}”.`;
    throw new UserError('not_found', below === undefined ? none : `${none} ${below.text}`, {
      hint: '`scope find` searches; hosts known only at run time cannot be found.',
      candidates: below === undefined ? [] : [`scope show ${below.pattern}`],
    });
  }
  const workflows = hits.map((hit) => hit.workflow);
  return {
    kind: 'view',
    title: `${host}: called by ${counted(total, 'workflow')}`,
    blocks: [workflowTable(workflows, zoneOf(context)), ...rest(total), ...coverage.blocks],
    next: workflows[0] ? [`scope show ${workflows[0].ref}`] : [],
    audience: 'person',
    outcome: 'done',
    data: {
      host,
      total,
      workflows: workflows.map((workflow) => workflow.ref),
      standing: standingOf(workflows),
      coverage: coverage.data,
    },
  };
}

function workflowTable(workflows: readonly Workflow[], zone: string): Block {
  return {
    kind: 'table',
    columns: ['ref', 'workflow', 'connection', 'active'],
    rows: workflows.map((workflow) => [
      workflow.ref,
      workflow.name,
      workflow.connectionName,
      activeWords(workflow, zone),
    ]),
  };
}

function standingOf(workflows: readonly Workflow[]) {
  return workflows.map((workflow) => ({ ref: workflow.ref, ...standingData(workflow) }));
}

function rest(total: number): readonly Block[] {
  return total > shownAtMost
    ? [{ kind: 'text', text: `${counted(total - shownAtMost, 'workflow')} not shown.` }]
    : [];
}

/** Why a conviction was made is somebody's text, and as long as they wrote it. */
function verdictOf({ convicted }: ScopeItem): string {
  if (!convicted) return '';
  return convicted.why === undefined ? 'convicted' : `convicted: ${convicted.why}`;
}

async function showScope(context: CommandContext, named: string | undefined): Promise<View> {
  const { incident, note } = await incidentOf(context, named);
  const items = await context.store.scope.of(incident.id);
  const zone = zoneOf(context);
  return {
    kind: 'view',
    title:
      items.length === 0
        ? `Nothing is in the scope of ${incident.name} yet`
        : `In the scope of ${incident.name}: ${counted(items.length, 'item')}`,
    blocks: [
      ...note,
      {
        kind: 'table',
        columns: ['ref', 'kind', 'name', 'since', 'verdict'],
        rows: items
          .slice(0, shownAtMost)
          .map((item) => [
            scopeLabel(item),
            item.kind,
            item.name,
            showTime(item.addedAt, zone),
            verdictOf(item),
          ]),
      },
      ...(items.length > shownAtMost
        ? [
            {
              kind: 'text' as const,
              text: `${counted(items.length - shownAtMost, 'item')} not shown.`,
            },
          ]
        : []),
    ],
    next: items.length === 0 ? ['scope add <query>'] : ['scope diff', 'contain plan'],
    audience: 'person',
    outcome: 'done',
    data: {
      incident: incident.name,
      items: items.map((item) => ({
        kind: item.kind,
        ref: item.ref ?? null,
        name: item.name,
        addedAt: item.addedAt.toISOString(),
        convictedAt: item.convicted?.at.toISOString() ?? null,
      })),
    },
  };
}
