import type { Incident } from '../domain/incident.ts';
import { keyText } from '../domain/inventory.ts';
import type { Replaced } from '../domain/plan-edit.ts';
import { targetsAtMost } from '../domain/planning.ts';
import type { Block, View } from '../domain/reply.ts';
import { counted } from '../domain/wording.ts';
import { UserError } from '../errors.ts';
import { boundBlocks } from './bound-view.ts';
import type { CommandContext } from './command.ts';
import { coverageOf } from './coverage.ts';
import { findWorkflows } from './find-workflows.ts';
import { eachFoundOn } from './found-on.ts';
import { assertNoLoneLetter } from './lone-letter.ts';
import { nothingFound } from './nothing-found.ts';
import { stepOfOthers } from './others-decide.ts';
import { bewareBlocks, editLine, planFields, planJson, planTitle } from './plan-view.ts';
import { audienceOf, targetTable } from './plan-view.ts';
import type { Wanted } from './propose.ts';
import { propose } from './propose.ts';
import { savePlan } from './save-plan.ts';

/** What is to be contained, as it was typed; without a query the incident's scope. */
type Asked = { readonly query?: string; readonly else?: 'archive' };

/** Which incident it is for, and what to say of that and of the plan that this one replaces. */
type Around = {
  readonly incident: Incident;
  readonly note: readonly Block[];
  readonly replaced?: Replaced;
};

/** Freezes into a plan that workflows are disabled and stopped, and shows what to know. */
export async function planWorkflows(
  context: CommandContext,
  asked: Asked,
  { incident, note, replaced }: Around,
): Promise<View> {
  const coverage = await coverageOf(context);
  const found = await wantedWorkflows(context, incident, asked);
  const how = { elseArchive: asked.else === 'archive' };
  const { proposal, warnings } = await propose(context, incident, found, how, replaced);
  const plan = await savePlan(context, proposal, replaced);
  const alone = plan.approvalsNeeded === 0;
  return {
    kind: 'view',
    title: planTitle(plan),
    blocks: [
      ...note,
      ...bewareBlocks(plan),
      { kind: 'fields', fields: planFields(context, plan, []) },
      ...targetTable(plan, 1),
      ...warnings,
      ...(await boundBlocks(context, incident, { plan, approvals: [] })),
      ...stepOfOthers(plan, context.caller.person),
      ...coverage.blocks,
    ],
    next: [
      ...(alone ? [`contain run ${plan.name}`] : []),
      `contain status ${plan.name}`,
      editLine(plan),
      ...(alone ? [] : [`contain cancel ${plan.name}`]),
    ],
    audience: audienceOf(incident),
    outcome: 'done',
    data: {
      incident: incident.name,
      plan: planJson(plan),
      ...(replaced === undefined ? {} : { replaces: replaced.plan.name }),
      inactive: proposal.inactive.map((workflow) => workflow.ref),
      missing: plan.missing ?? [],
      coverage: coverage.data,
    },
  };
}

/** What the query finds; without one, the workflows in the incident's scope. */
async function wantedWorkflows(
  context: CommandContext,
  incident: Incident,
  { query, else: fallback }: Asked,
): Promise<Wanted> {
  if (query !== undefined) assertNoLoneLetter(context, 'contain plan', query);
  const found =
    query === undefined
      ? await workflowsInScope(context, incident)
      : { ...(await findWorkflows(context, query, targetsAtMost)), query };
  if (found.total === 0) {
    const rest = fallback === undefined ? '' : ` else:${fallback}`;
    throw nothingFound((meant) => `contain plan ${meant}${rest}`, found, {
      message: 'No workflow was found, so there is nothing to contain.',
      hint: 'Try the query with `scope find` first; it says what the inventory cannot see.',
    });
  }
  if (found.total <= targetsAtMost) return found;
  throw new UserError(
    'bad_input',
    `${counted(found.total, 'workflow')} found; a plan holds at most ${targetsAtMost.toLocaleString('en')}.`,
    { hint: 'Narrow it, for example with `connection:` or `tag:`, and make several plans.' },
  );
}

/** How a plan of the incident's scope says what it was found by. */
export function scopeQuery({ name }: Pick<Incident, 'name'>): string {
  return `scope of ${name}`;
}

async function workflowsInScope(context: CommandContext, incident: Incident): Promise<Wanted> {
  const { store } = context;
  const items = (await store.scope.of(incident.id))
    .filter((item) => item.kind === 'workflow')
    .map((item) => item.key);
  if (items.length === 0) {
    throw new UserError('bad_input', `No workflow is in the scope of ${incident.name} yet.`, {
      hint: 'Say what to contain, e.g. `contain plan w3 w9`, or `scope add` it first.',
    });
  }
  const { hits, total } = await store.inventory.find(
    { kind: 'items', items },
    { limit: targetsAtMost },
  );
  return {
    query: scopeQuery(incident),
    hits: (await eachFoundOn(context, hits)).map(({ workflow }) => ({
      workflow,
      reasons: [`in the scope of ${incident.name}`],
    })),
    total,
    named: new Set(items.map(keyText)),
  };
}
