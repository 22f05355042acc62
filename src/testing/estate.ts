import type { Fact, FactKind, Inventory, WorkflowRecord } from '../domain/inventory.ts';
import { aFact, anInventory } from './inventory.ts';

/** How large an estate is made, and from which seed: the same seed gives the same estate. */
export type EstateSize = {
  readonly seed: number;
  readonly workflows: number;
  readonly credentials: number;
  readonly takenAt?: Date;
};

const nouns = 'Invoice Order Lead Ticket Backup Report Refund Invite Alert Payroll'.split(' ');
const verbs = 'sync export notify enrich approve archive import route retry check'.split(' ');
const teams = 'billing sales support platform people security growth finance'.split(' ');
const services = 'Stripe Slack HubSpot Notion Postgres Gmail Twilio Shopify Jira S3'.split(' ');
const types = 'httprequest set if switch merge slack postgres gmail wait filter'.split(' ');

/**
 * An estate as large as asked for, whose mix of facts follows what was counted in about 2,000
 * public workflows: a third call hosts, one in six has an open webhook, one in three runs code.
 */
export function makeEstate({ seed, workflows, credentials, takenAt }: EstateSize): Inventory {
  const dice = new Dice(seed);
  const at = takenAt ?? new Date('2026-11-22T09:00:00Z');
  return anInventory({
    takenAt: at,
    credentials: Array.from({ length: credentials }, (_, index) => ({
      id: `cred${index}`,
      name: credentialName(index),
      type: `${dice.pick(services).toLowerCase()}Api`,
      owner: ownerName(dice.below(200)),
    })),
    workflows: Array.from({ length: workflows }, (_, index) =>
      makeWorkflow(index, dice, { workflows, credentials, at }),
    ),
    users: Array.from({ length: 200 }, (_, index) => ({
      id: `user${index}`,
      name: `User ${index}`,
      email: `user${index}@acme.test`,
      role: index === 0 ? 'global:owner' : 'global:member',
    })),
  });
}

/** The name of the estate's n-th credential. */
export function credentialName(index: number): string {
  return `${services[index % services.length]} ${index % 2 === 0 ? 'live' : 'test'} ${index}`;
}

/** The owner as n8n shows them. */
export function ownerName(index: number): string {
  return `User ${index} <user${index}@acme.test>`;
}

type Around = { readonly workflows: number; readonly credentials: number; readonly at: Date };

function makeWorkflow(index: number, dice: Dice, around: Around): WorkflowRecord {
  const facts = makeFacts(index, dice, around);
  const ran = dice.oneIn(3)
    ? undefined
    : new Date(around.at.getTime() - dice.below(90 * 86_400) * 1000);
  return {
    id: `wf${index}`,
    name: `${dice.pick(nouns)} ${dice.pick(verbs)} ${index}`,
    active: !dice.oneIn(2),
    archived: dice.oneIn(40),
    owner: ownerName(dice.below(200)),
    project: `${dice.pick(teams)} project`,
    tags: Array.from({ length: dice.below(3) }, () => dice.pick(teams)),
    changedAt: new Date(around.at.getTime() - dice.below(365 * 86_400) * 1000),
    changedBy: `User ${dice.below(200)}`,
    hash: `hash${index}-${dice.below(1e9)}`,
    draftDiffers: dice.oneIn(10),
    savesExecutions: !dice.oneIn(20),
    facts,
    ...(ran ? { lastRanAt: ran } : {}),
  };
}

function makeFacts(index: number, dice: Dice, around: Around): readonly Fact[] {
  const facts: Fact[] = [];
  const add = (kind: FactKind, value: string, given: Partial<Fact> = {}) =>
    facts.push(
      aFact(kind, value, {
        node: `${dice.pick(verbs)} ${dice.below(30)}`,
        in: dice.oneIn(10) ? dice.pick(['draft', 'live'] as const) : 'both',
        ...given,
      }),
    );
  for (let left = 3 + dice.below(6); left > 0; left -= 1) add('node', dice.pick(types));
  for (let left = dice.below(4); left > 0 && around.credentials > 0; left -= 1) {
    const credential = dice.below(around.credentials);
    add('credential', `cred${credential}`, { label: credentialName(credential) });
  }
  if (dice.oneIn(3)) add('host', `api${dice.below(400)}.vendor${dice.below(40)}.example`);
  if (dice.oneIn(12)) add('runtime_host', 'HTTP Request');
  const entry = dice.below(6);
  if (entry === 0) add('webhook', `hook/${index}`, { auth: 'none', method: 'POST' });
  if (entry === 1) add('schedule', 'every 5 minutes');
  if (dice.oneIn(3)) add('code', `Code ${dice.below(9)}`);
  if (dice.oneIn(12)) add('calls', `wf${dice.below(around.workflows)}`);
  if (dice.oneIn(25)) add('error_workflow', `wf${dice.below(around.workflows)}`);
  if (dice.oneIn(40)) add('platform_api', 'n8n');
  if (dice.oneIn(60)) add('secret', dice.below(0xff_ff_ff).toString(16).padStart(6, '0'));
  if (dice.oneIn(30)) add('package', `n8n-nodes-extra${dice.below(20)}`);
  return facts;
}

/** Chance that can be repeated (mulberry32). */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  oneIn(many: number): boolean {
    return this.below(many) === 0;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('There is nothing to pick from.');
    return item;
  }
}
