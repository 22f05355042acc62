import { z } from 'zod';

import { isOn, keyText } from '../../domain/inventory.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { ScopeChange } from '../../domain/scope.ts';
import { diffScope, scopeLabel } from '../../domain/scope.ts';
import { counted } from '../../domain/wording.ts';
import type { ScopeItem } from '../../store/store.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { coverageOf } from '../coverage.ts';
import { eachFoundOn } from '../found-on.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { scopeAtMost } from '../scope-items.ts';
import { showTime } from '../show-time.ts';
import { zoneOf } from '../when.ts';
import { standingData } from '../workflow-view.ts';

export const scopeDiff = defineCommand({
  name: 'scope diff',
  summary: 'What in scope has changed or gone since it was added',
  examples: ['scope diff', 'scope diff in:INC-7'],
  words: [],
  options: incidentOption,
  permission: 'viewer',
  input: z.object(incidentInput),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    const coverage = await coverageOf(context);
    const items = await context.store.scope.of(incident.id);
    const changes = diffScope(items, await presentOf(context, items));
    const moved = changes.filter(({ change }) => change !== 'same');
    return {
      kind: 'view',
      title: titleOf(items.length, moved.length, incident.name),
      blocks: [
        ...note,
        ...(moved.length === 0 ? [] : [tableOf(moved, zoneOf(context))]),
        ...coverage.blocks,
      ],
      next: items.length === 0 ? ['scope add <query>'] : ['scope show', 'scope sync'],
      audience: 'person',
      outcome: 'done',
      data: {
        incident: incident.name,
        items: items.length,
        moved: moved.map(dataOf),
        coverage: coverage.data,
      },
    };
  },
});

async function presentOf(context: CommandContext, items: readonly ScopeItem[]) {
  const { store } = context;
  const keys = items.filter((item) => item.kind === 'workflow').map((item) => item.key);
  const found =
    keys.length === 0
      ? []
      : (
          await store.inventory.find(
            { kind: 'items', items: keys },
            { limit: Math.max(keys.length, scopeAtMost) },
          )
        ).hits;
  const credentials = items.some((item) => item.kind === 'credential')
    ? await store.inventory.credentials()
    : [];
  return {
    workflows: new Map(
      (await eachFoundOn(context, found)).map(({ workflow }) => [keyText(workflow), workflow]),
    ),
    credentials: new Set(credentials.map(keyText)),
  };
}

function titleOf(items: number, moved: number, incident: string): string {
  if (items === 0) return `Nothing is in the scope of ${incident} yet`;
  if (moved === 0) return `None of ${counted(items, 'item')} in scope has changed`;
  return `${moved} of ${counted(items, 'item')} in scope changed or went`;
}

function tableOf(moved: readonly ScopeChange<ScopeItem>[], zone: string) {
  return {
    kind: 'table' as const,
    columns: ['ref', 'name', 'now', 'changed', 'by'],
    rows: moved.map(({ item, change, workflow }) => [
      scopeLabel(item),
      workflow?.name ?? item.name,
      workflow ? `${change}, ${isOn(workflow) ? 'active' : 'inactive'}` : change,
      workflow?.changedAt ? showTime(workflow.changedAt, zone) : '',
      workflow?.changedBy ?? '',
    ]),
  };
}

function dataOf({ item, change, workflow }: ScopeChange<ScopeItem>): JsonObject {
  return {
    kind: item.kind,
    ref: item.ref ?? null,
    name: workflow?.name ?? item.name,
    change,
    ...(workflow ? standingData(workflow) : { active: null }),
    changedAt: workflow?.changedAt?.toISOString() ?? null,
    changedBy: workflow?.changedBy ?? null,
  };
}
