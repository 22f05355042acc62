import { randomUUID } from 'node:crypto';

import { Refused } from './fake-answers.ts';
import { checkedDefinition } from './fake-definitions.ts';
import type { FakeUser, FakeVersion, FakeWorkflow } from './fake-definitions.ts';
import { calledBy, entrancesOf, isTrigger } from './fake-nodes.ts';
import type { FakeNode } from './fake-nodes.ts';

/**
 * `keeps running`: unpublishing is accepted and listed, and the triggers stay.
 * `cannot listen`: publishing is accepted and listed, and no trigger is registered.
 * `stays active`: unpublishing is answered with `active: false`, and nothing changes.
 */
export type Lie = 'keeps running' | 'stays active' | 'cannot listen';

/**
 * The workflows of the fake, and what of them really listens.
 *
 * As in n8n from 2.40 on, publishing only notes what shall be; the triggers follow later.
 */
export class FakeWorkflows {
  readonly all = new Map<string, FakeWorkflow>();
  /** What runs, by workflow: the truth that the API does not tell. */
  readonly listening = new Map<string, FakeVersion>();
  readonly lies = new Map<string, Lie>();
  /** Called whenever the triggers of a workflow come or go. */
  onListening: (workflow: FakeWorkflow, version: FakeVersion | undefined) => void = () => undefined;

  readonly #now: () => Date;
  readonly #settleMs: number;
  readonly #asksForChildren: boolean;
  readonly #pending = new Map<string, NodeJS.Timeout | undefined>();
  #held = false;
  #published = 0;
  #created = 0;

  /**
   * @param options.settleMs        how long triggers live on after the answer; 0 means not at all
   * @param options.asksForChildren it publishes nothing that calls a workflow which is off
   */
  constructor(options: {
    readonly now: () => Date;
    readonly settleMs: number;
    readonly asksForChildren?: boolean;
  }) {
    this.#now = options.now;
    this.#settleMs = options.settleMs;
    this.#asksForChildren = options.asksForChildren ?? true;
  }

  create(body: unknown, owner: FakeUser): FakeWorkflow {
    const given = checkedDefinition(body);
    this.#created += 1;
    const at = this.#stamp();
    const id = `fake${String(this.#created).padStart(12, '0')}`;
    const workflow: FakeWorkflow = {
      id,
      owner,
      createdAt: at,
      updatedAt: at,
      name: given.name,
      active: false,
      activeVersionId: null,
      isArchived: false,
      versionId: '',
      versionCounter: 0,
      nodes: [],
      connections: {},
      settings: given.settings,
      staticData: given.staticData ?? null,
      pinData: given.pinData ?? null,
      tags: [],
      versions: [],
      published: [],
    };
    this.#newVersion(workflow, given.nodes, given.connections);
    this.all.set(id, workflow);
    return workflow;
  }

  /** @throws Refused with what n8n says of an unknown id on this kind of call */
  get(id: string, otherwise = 'Not Found'): FakeWorkflow {
    const found = this.all.get(id);
    if (!found) throw new Refused(404, otherwise);
    return found;
  }

  /** Saves; a published workflow goes live with it unless that is declined. */
  save(id: string, body: unknown, publishIfActive: boolean): FakeWorkflow {
    const workflow = this.get(id);
    const given = checkedDefinition(body);
    if (workflow.isArchived) throw new Refused(400, 'Cannot update an archived workflow.');
    const isNew =
      JSON.stringify([given.nodes, given.connections]) !==
      JSON.stringify([workflow.nodes, workflow.connections]);
    workflow.name = given.name;
    workflow.settings = { ...workflow.settings, ...given.settings };
    if (given.pinData !== undefined) workflow.pinData = given.pinData;
    if (given.staticData !== undefined) workflow.staticData = given.staticData;
    workflow.updatedAt = this.#stamp();
    if (isNew) this.#newVersion(workflow, given.nodes, given.connections);
    if (isNew && workflow.active && publishIfActive) this.publish(id);
    return workflow;
  }

  publish(id: string, versionId?: string): FakeWorkflow {
    const workflow = this.get(
      id,
      'You do not have permission to activate this workflow. Ask the owner to share it with you.',
    );
    if (workflow.isArchived) throw new Refused(400, 'Cannot activate an archived workflow.');
    const version = this.version(workflow, versionId ?? workflow.versionId);
    if (!version.nodes.some(isTrigger)) {
      throw new Refused(
        400,
        'Workflow cannot be activated because it has no trigger node. At least one trigger, webhook, or polling node is required.',
      );
    }
    if (this.#asksForChildren) this.#mustHaveChildren(version, id);
    this.#mustBeFree(version, id);
    if (workflow.active) this.#note(workflow, 'deactivated');
    workflow.active = true;
    workflow.activeVersionId = version.versionId;
    this.#note(workflow, 'activated');
    this.#later(workflow);
    return workflow;
  }

  unpublish(id: string): FakeWorkflow {
    const workflow = this.get(
      id,
      'You do not have permission to deactivate this workflow. Ask the owner to share it with you.',
    );
    if (this.lies.get(id) === 'stays active') return workflow;
    this.#switchOff(workflow);
    return workflow;
  }

  archive(id: string): FakeWorkflow {
    const workflow = this.get(id);
    if (!workflow.isArchived) {
      this.#switchOff(workflow);
      workflow.isArchived = true;
      this.#sameAgain(workflow);
    }
    return workflow;
  }

  unarchive(id: string): FakeWorkflow {
    const workflow = this.get(id);
    if (!workflow.isArchived) throw new Refused(400, 'Workflow is not archived.');
    workflow.isArchived = false;
    this.#sameAgain(workflow);
    workflow.updatedAt = this.#stamp();
    return workflow;
  }

  remove(id: string): FakeWorkflow {
    const workflow = this.get(id);
    if (workflow.active) {
      throw new Refused(409, 'Cannot delete a published workflow. Unpublish it before deleting.');
    }
    if (this.#pending.has(id)) {
      throw new Refused(
        409,
        'Workflow is still being unpublished. Please try again in a few moments.',
      );
    }
    this.all.delete(id);
    return workflow;
  }

  version(workflow: FakeWorkflow, versionId: string): FakeVersion {
    const found = workflow.versions.find((each) => each.versionId === versionId);
    if (!found) throw new Refused(404, 'Version not found');
    return found;
  }

  /** Drops a version, as n8n's pruning does with those that are neither draft nor live. */
  prune(id: string, versionId: string): void {
    const workflow = this.get(id);
    workflow.versions = workflow.versions.filter((each) => each.versionId !== versionId);
  }

  /** From now on triggers neither come nor go, as with a long queue of publications. */
  hold(): void {
    this.#held = true;
  }

  /** Lets everything that was published or unpublished take effect, now and from now on. */
  drain(): void {
    this.#held = false;
    for (const id of this.#pending.keys()) this.#settle(id);
  }

  /** What the editor is told of its publication: a queue drains, whatever then goes on listening. */
  publicationOf(id: string): object {
    const { activeVersionId } = this.get(id);
    const listening = this.listening.get(id)?.versionId ?? null;
    if (this.#pending.has(id)) {
      const pendingVersionId = activeVersionId ?? listening;
      return { status: 'in_progress', liveVersionId: listening, pendingVersionId, triggers: [] };
    }
    const isDeaf = this.lies.get(id) === 'cannot listen';
    const published = isDeaf ? 'failed' : 'published';
    const status = activeVersionId === null ? 'not_published' : published;
    return { status, liveVersionId: activeVersionId, pendingVersionId: null, triggers: [] };
  }

  close(): void {
    for (const timer of this.#pending.values()) clearTimeout(timer);
    this.#pending.clear();
  }

  #switchOff(workflow: FakeWorkflow): void {
    if (!workflow.active) return;
    this.#note(workflow, 'deactivated');
    workflow.active = false;
    workflow.activeVersionId = null;
    this.#later(workflow);
  }

  #later(workflow: FakeWorkflow): void {
    const before = this.#pending.get(workflow.id);
    if (before) clearTimeout(before);
    if (this.#held) {
      this.#pending.set(workflow.id, undefined);
    } else if (this.#settleMs === 0) {
      this.#settle(workflow.id);
    } else {
      const timer = setTimeout(() => {
        if (this.#held) this.#pending.set(workflow.id, undefined);
        else this.#settle(workflow.id);
      }, this.#settleMs);
      this.#pending.set(workflow.id, timer.unref());
    }
  }

  #settle(id: string): void {
    clearTimeout(this.#pending.get(id));
    this.#pending.delete(id);
    const workflow = this.all.get(id);
    if (!workflow) return;
    if (workflow.activeVersionId !== null) {
      if (this.lies.get(id) === 'cannot listen') return;
      const version = this.version(workflow, workflow.activeVersionId);
      this.listening.set(id, version);
      this.onListening(workflow, version);
    } else if (this.lies.get(id) !== 'keeps running') {
      this.listening.delete(id);
      this.onListening(workflow, undefined);
    }
  }

  #mustHaveChildren(version: FakeVersion, parent: string): void {
    for (const call of calledBy(version.nodes)) {
      const child = this.all.get(call.id);
      if (!child || child.active || child.id === parent) continue;
      throw new Refused(
        400,
        `Cannot publish workflow: Node "${call.node}" references workflow ${child.id} ("${child.name}") which is not published. Please publish all referenced sub-workflows first.`,
      );
    }
  }

  #mustBeFree(version: FakeVersion, id: string): void {
    const mine = entrancesOf(version.nodes);
    for (const [other, listening] of this.listening) {
      if (other === id) continue;
      const theirs = entrancesOf(listening.nodes);
      const clash = mine.some((entrance) =>
        theirs.some(
          ({ path, methods }) =>
            path === entrance.path && methods.some((method) => entrance.methods.includes(method)),
        ),
      );
      if (clash) throw new Refused(409, 'There is a conflict with one of the webhooks.');
    }
  }

  /** Archiving and its way back give the same nodes a new version id, as n8n does. */
  #sameAgain(workflow: FakeWorkflow): void {
    this.#newVersion(workflow, workflow.nodes, workflow.connections);
    workflow.versionCounter -= 1;
  }

  #newVersion(workflow: FakeWorkflow, nodes: readonly FakeNode[], connections: unknown): void {
    const at = this.#stamp();
    const version: FakeVersion = {
      versionId: randomUUID(),
      workflowId: workflow.id,
      nodes,
      connections,
      nodeGroups: [],
      authors: `${workflow.owner.firstName} ${workflow.owner.lastName}`,
      name: null,
      description: null,
      autosaved: false,
      createdAt: at,
      updatedAt: at,
    };
    workflow.nodes = nodes;
    workflow.connections = connections;
    workflow.versionId = version.versionId;
    workflow.versionCounter += 1;
    workflow.versions.unshift(version);
  }

  #note(workflow: FakeWorkflow, event: 'activated' | 'deactivated'): void {
    this.#published += 1;
    workflow.published.push({
      id: this.#published,
      versionId: workflow.activeVersionId ?? workflow.versionId,
      event,
      createdAt: this.#stamp(),
    });
  }

  #stamp(): string {
    return this.#now().toISOString();
  }
}
