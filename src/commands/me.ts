import { z } from 'zod';

import type { Incident } from '../domain/incident.ts';
import type { JsonObject } from '../domain/json.ts';
import { mayDecideOn } from '../domain/leave.ts';
import type { Notice } from '../domain/notice.ts';
import { noticeMs } from '../domain/notice.ts';
import { mayReview, withoutReviewed } from '../domain/overriding.ts';
import type { Person } from '../domain/person.ts';
import { isUnfinished } from '../domain/plan-progress.ts';
import { countedTargets, targetNoun } from '../domain/plan-words.ts';
import type { Plan } from '../domain/plan.ts';
import type { Block } from '../domain/reply.ts';
import { counted, span } from '../domain/wording.ts';
import type { CommandContext } from './command.ts';
import { defineCommand } from './command.ts';
import { lookView, said, warned } from './incident-view.ts';
import type { MyStep } from './my-steps.ts';
import { myStepsBlock, mySteps } from './my-steps.ts';
import { askedBlock, askedOfMe } from './request-of.ts';
import { showBoth } from './show-time.ts';
import { reviewLines } from './unreviewed.ts';
import { zoneOf } from './when.ts';

const lookedAt = 100;
const shownNotices = 5;

export const me = defineCommand({
  name: 'me',
  aliases: ['whoami'],
  summary: 'Who you are here, what you may do, and what waits for you',
  examples: ['me', 'me all'],
  words: [],
  flags: { all: 'With everything that you were told lately' },
  permission: 'viewer',
  forGuests: true,
  input: z.object({ all: z.boolean().exactOptional() }),

  async run(context, input) {
    const { store, caller, now } = context;
    const { person } = caller;
    const zone = zoneOf(context);
    const found = await store.incidents.list(person.id, { closed: false, limit: lookedAt + 1 });
    const open = found.slice(0, lookedAt);
    const mine = open.filter((incident) => rolesIn(incident, person.id).length > 0);
    const { waiting, reviews } = await waitingFor(context, open);
    const asked = await askedOfMe(context);
    const steps = await mySteps(context, open);
    const accounts = (await store.identities.of(person.id)).map(({ identity }) => identity);
    const since = new Date(now().getTime() - noticeMs);
    const told = await toldSince(context, since);
    const news = newsOf(told, { all: input.all === true, zone });
    return lookView({
      title: `@${person.handle} (${person.name})`,
      blocks: [
        {
          kind: 'fields',
          fields: [
            ['permissions', mayWords(person)],
            ...(accounts.length === 0 ? [] : [['chat accounts', accounts.join(', ')] as const]),
            ['your clock', clockWords(now(), zone, person)],
          ],
        },
        ...news.blocks,
        ...incidentsBlock(mine, person.id),
        ...(open.length < found.length ? [warned(notLookedAt)] : []),
        ...waitingBlock('Waiting for your yes or no:', waiting),
        ...waitingBlock('Run by override, waiting for your review:', reviews),
        ...askedBlock(asked),
        ...myStepsBlock(context, steps),
      ],
      next: [
        ...news.next,
        ...asked.slice(0, 2).map(({ name }) => `request approve ${name}`),
        ...waiting.slice(0, 2).map((plan) => `contain approve ${plan.name}`),
        ...reviewLines(person, reviews).slice(0, 2),
        ...steps.slice(0, 2).map(({ run }) => `runbook next ${run}`),
        ...mine.slice(0, 2).map((incident) => `status ${incident.name}`),
        ...(person.guestOf === undefined ? [] : ['me link']),
        ...(person.timeZone || person.guestOf !== undefined ? [] : ['me zone Europe/Berlin']),
      ],
      data: {
        handle: person.handle,
        name: person.name,
        permissions: person.permissions,
        accounts,
        timeZone: zone,
        incidents: mine.map(({ name }) => name),
        waiting: waiting.map(({ name }) => name),
        reviews: reviews.map(({ name }) => name),
        asked: asked.map(({ name, text }) => ({ name, text })),
        steps: steps.map(stepJson),
        told: told.map(({ text, at }) => ({ at: at.toISOString(), text })),
      },
    });
  },
});

const notLookedAt =
  `More than ${lookedAt} incidents are open, and only the newest ${lookedAt} were looked through for ` +
  'you. `role list in:INC-…` tells of an older one; `close` ends what is over.';

const stepJson = ({ dueAt, ...step }: MyStep): JsonObject => ({
  ...step,
  dueAt: dueAt?.toISOString() ?? null,
});

/** What the person was told; of an override that was reviewed since, that it was. */
async function toldSince({ store, caller }: CommandContext, since: Date) {
  const told = await store.notices.since(caller.person.id, since);
  const incidents = [...new Set(told.flatMap(({ incident }) => incident ?? []))];
  const plans = await Promise.all(incidents.map((id) => store.plans.ofIncident(id)));
  const all = plans.flat();
  return told.map((notice) => withoutReviewed(notice, all));
}

/** What the person was told lately, and the line that shows the rest. */
function newsOf(
  told: readonly Notice[],
  { all, zone }: { readonly all: boolean; readonly zone: string },
): { readonly blocks: readonly Block[]; readonly next: readonly string[] } {
  const shown = all ? told : told.slice(0, shownNotices);
  const blocks = shown.map(({ text, at }) => warned(`${showBoth(at, zone)}: ${text}`));
  const left = told.length - shown.length;
  if (left === 0) return { blocks, next: [] };
  const text = `Not shown here: ${counted(left, 'older notice')} of the last ${span(noticeMs)}. \`me all\` shows all.`;
  return { blocks: [...blocks, said(text)], next: ['me all'] };
}

function mayWords({ permissions, guestOf }: Person): string {
  return guestOf === undefined ? permissions.join(', ') : 'a guest’s: `help` shows them';
}

/** The zone by its name, where the time does not end with it, and whose it is. */
function clockWords(now: Date, zone: string, { timeZone }: Person): string {
  const time = showBoth(now, zone);
  const named = time.endsWith(` ${zone}`) ? time : `${time}, ${zone}`;
  return timeZone ? named : `${named} (the instance’s)`;
}

function rolesIn(incident: Incident, person: string): readonly string[] {
  const held = incident.roles.filter((one) => one.person === person).map(({ role }) => role);
  return incident.declaredBy === person ? [...held, 'declared it'] : held;
}

function incidentsBlock(mine: readonly Incident[], person: string): readonly Block[] {
  if (mine.length === 0) return [said('You hold no role in an open incident.')];
  return [
    {
      kind: 'table',
      columns: ['incident', 'title', 'you'],
      rows: mine.map((one) => [one.name, one.title, rolesIn(one, person).join(', ')]),
    },
  ];
}

function waitingBlock(what: string, waiting: readonly Plan[]): readonly Block[] {
  if (waiting.length === 0) return [];
  return [
    said(what),
    {
      kind: 'list',
      items: waiting.map(
        (plan) =>
          `${plan.name}: ${targetNoun(plan) !== 'workflow' ? `${plan.purpose} ` : ''}${countedTargets(plan)}`,
      ),
    },
  ];
}

type Waiting = { readonly waiting: readonly Plan[]; readonly reviews: readonly Plan[] };

/** Plans that this very person could decide on now, and those whose override they may review. */
async function waitingFor(
  { store, caller, now }: CommandContext,
  incidents: readonly Incident[],
): Promise<Waiting> {
  const { person } = caller;
  const waiting: Plan[] = [];
  const reviews: Plan[] = [];
  for (const incident of incidents) {
    for (const plan of await store.plans.ofIncident(incident.id)) {
      if (mayReview(person, plan)) reviews.push(plan);
      const open =
        plan.state === 'proposed' && plan.approvalsNeeded > 0 && isUnfinished(plan, now());
      if (!open || !mayDecideOn(person, plan)) continue;
      const decided = await store.plans.approvals(plan.id);
      if (!decided.some((one) => one.person === person.id)) waiting.push(plan);
    }
  }
  return { waiting, reviews };
}
