import type { Workflow } from '../domain/inventory.ts';
import type { Decider } from '../domain/plan-change.ts';
import { counted } from '../domain/wording.ts';
import { UserError } from '../errors.ts';
import type { NewScopeItem } from '../store/store.ts';
import type { CommandContext } from './command.ts';
import type { Missing } from './find-missing.ts';
import { findWorkflows } from './find-workflows.ts';
import { assertNoLoneLetter } from './lone-letter.ts';
import { nothingFound } from './nothing-found.ts';
import { tokens } from './tokens.ts';

/** As many workflows as one line may bring into scope. */
export const scopeAtMost = 1000;

/** A reference as people type it: `w12`, `c3`. */
export const reference = /^[wc]\d+$/i;
/** A name with a dot and no colon; `host:x` would be a query for the workflows that call it. */
export const hostName =
  /^(?=.{4,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/i;

/** What a query brings, and what it names that is nowhere. */
type ReadItems = {
  readonly items: readonly NewScopeItem[];
  readonly missing: readonly Missing[];
};

/**
 * What a person wants in scope or out of it: references (`w12 c3`), hosts (`evil.example`), or a
 * query, which means the workflows that it finds.
 *
 * @throws UserError `not_found` for an unknown reference or when a query finds nothing,
 *   `bad_input` when it finds too much
 */
export async function readScopeItems(
  context: CommandContext,
  text: string,
  incident: string,
  by: Decider,
  verb: 'scope add' | 'scope drop',
): Promise<ReadItems> {
  const words = tokens(text).map((token) => token.raw.replace(/,$/, ''));
  const added = { incident, addedBy: by.person.id, addedAt: by.now };
  const listed = words.every((word) => reference.test(word) || hostName.test(word));
  if (!listed) {
    assertNoLoneLetter(context, verb, text);
    const found = await findWorkflows(context, text, scopeAtMost);
    const { hits, total } = found;
    if (total === 0) {
      throw nothingFound((meant) => `${verb} ${meant}`, found, {
        message: 'No workflow was found.',
        hint: 'Try the query with `scope find`; it says what the inventory cannot see.',
      });
    }
    if (total > scopeAtMost) {
      throw new UserError(
        'bad_input',
        `That is ${counted(total, 'workflow')}; at most ${counted(scopeAtMost, 'workflow')} at once.`,
        {
          hint: 'Narrow the query.',
        },
      );
    }
    const items = hits.map(({ workflow }) => ({ ...added, ...workflowItem(workflow) }));
    return { items, missing: found.missing ?? [] };
  }
  const items = await Promise.all(words.map((word) => itemOf(context, word)));
  return { items: items.map((item) => ({ ...added, ...item })), missing: [] };
}

/**
 * The one workflow that a reference names, as it would come into scope.
 *
 * @throws UserError `bad_input` for what is no reference of a workflow, `not_found`
 */
export async function oneWorkflow(
  context: CommandContext,
  word: string,
  incident: string,
  by: Decider,
): Promise<NewScopeItem> {
  if (!/^w\d+$/i.test(word)) {
    throw new UserError('bad_input', `“${word}” is no reference of a workflow.`, {
      hint: '`scope find` shows references: `w12`.',
    });
  }
  const item = await itemOf(context, word);
  return { incident, addedBy: by.person.id, addedAt: by.now, ...item };
}

type Item = Pick<NewScopeItem, 'kind' | 'key' | 'name' | 'ref' | 'observedHash'>;

async function itemOf({ store }: CommandContext, word: string): Promise<Item> {
  if (!reference.test(word)) {
    const id = word.toLowerCase();
    return { kind: 'host', key: { connection: '', id }, name: id };
  }
  const kind = word.toLowerCase().startsWith('w') ? 'workflow' : 'credential';
  const [found] = await store.inventory.resolve(kind, word);
  const workflow =
    found && kind === 'workflow' ? await store.inventory.workflow(found.key) : undefined;
  if (workflow) return workflowItem(workflow);
  if (found && kind === 'credential') {
    return { kind, key: found.key, name: found.name, ref: found.ref };
  }
  throw new UserError('not_found', `No ${kind} has the reference ${word}.`, {
    hint: '`scope find` shows references; `scope sync` looks for new ones.',
  });
}

function workflowItem(workflow: Workflow): Item {
  const { connection, id, name, ref, hash } = workflow;
  return { kind: 'workflow', key: { connection, id }, name, ref, observedHash: hash };
}
