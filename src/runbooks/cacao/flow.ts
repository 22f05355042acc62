import type { RootContent } from 'mdast';

import { incidentRoles } from '../../domain/incident.ts';
import type { Answer, StepOwner } from '../../domain/runbook.ts';
import { endOfRunbook } from '../../domain/runbook.ts';
import type { Draft, DraftStep } from './draft.ts';
import type { Complain } from './foreign.ts';
import { nodesFrom, nodesOfStep } from './foreign.ts';
import { freshName } from './names.ts';
import type { CacaoStep, Playbook } from './playbook.ts';
import { paragraph } from './words.ts';

/** More than anybody walks, and what a playbook that runs in circles comes to. */
const maxSteps = 60;

/** A step on one way, and what comes after the branches that the way is in, innermost first. */
type Place = { readonly id: string; readonly after: readonly string[]; readonly worked?: true };

/** A place with where it leads; undefined is the end. */
type Visited = {
  readonly name: string;
  readonly step: CacaoStep;
  readonly place: Place;
  readonly leads: readonly { readonly answer?: string; readonly to: Place | undefined }[];
};

/**
 * The draft of a playbook from elsewhere: its workflow as a list of manual steps, its conditions as
 * decisions. Branches that CACAO does at the same time follow one another. What is reached in two
 * branches that come together again at different places is there twice.
 */
export function draftOfFlow(playbook: Playbook, complain: Complain): Draft {
  const visited = new Map<string, Visited>();
  const names = new Set<string>([endOfRunbook]);
  const open: (Place | undefined)[] = [landed(playbook, playbook.workflow_start, [])];
  while (open.length > 0) {
    const place = open.pop();
    if (!place || visited.has(keyOf(place))) continue;
    const step = playbook.workflow[place.id];
    if (!step) continue;
    if (visited.size >= maxSteps) {
      const text = `This comes to more than ${maxSteps} steps, or runs in circles: part the playbook.`;
      complain(['workflow', place.id], text);
      break;
    }
    const leads = leadsFrom(playbook, step, place);
    const name = freshName(place.worked ? `${nameOf(step)} worked` : nameOf(step), names);
    visited.set(keyOf(place), { name, step, place, leads });
    open.push(...leads.map(({ to }) => to).toReversed());
  }
  const all = [...visited.values()];
  return {
    id: freshName(playbook.name, new Set()),
    title: oneLine(playbook.name),
    nodes: nodesFrom(playbook.description ?? '', ['description'], complain),
    steps: all.map((one, index) => draftStep(playbook, one, all[index + 1], visited, complain)),
  };
}

function keyOf({ id, after, worked }: Place): string {
  return [id, worked ?? '', ...after].join(' ');
}

/** Where a lead comes to: the end of a branch goes on after its condition. */
function landed(playbook: Playbook, to: string | undefined, after: readonly string[]) {
  let [id, left] = [to, after];
  for (;;) {
    const step = id === undefined ? undefined : playbook.workflow[id];
    if (id !== undefined && step && step.type !== 'end' && step.type !== 'start') {
      return { id, after: left };
    }
    if (step?.type === 'start') id = step.on_completion;
    else if (left.length === 0) return undefined;
    else [id, left] = [left[0], left.slice(1)];
  }
}

function leadsFrom(playbook: Playbook, step: CacaoStep, place: Place): Visited['leads'] {
  const { after } = place;
  if (step.type === 'start' || step.type === 'end') return [];
  const onward = step.on_completion ?? step.on_success;
  const land = (to: string | undefined, left = after) => landed(playbook, to, left);
  const ends = onward === undefined || playbook.workflow[onward]?.type === 'end';
  const inside = ends ? after : [onward, ...after];
  const next = land(onward);
  switch (step.type) {
    case 'if-condition':
      return [
        { answer: 'yes', to: land(step.on_true, inside) },
        { answer: 'no', to: step.on_false === undefined ? next : land(step.on_false, inside) },
      ];
    case 'while-condition':
      return [
        { answer: 'yes', to: land(step.on_true, [place.id, ...after]) },
        { answer: 'no', to: next },
      ];
    case 'switch-condition':
      return casesOf(step.cases).map(({ answer, to }) => ({
        answer,
        to: to === undefined ? next : land(to, inside),
      }));
    case 'parallel': {
      const [first, ...others] = step.next_steps;
      return [{ to: land(first, [...others, ...inside]) }];
    }
    case 'action':
    case 'playbook-action':
      if (step.on_failure === undefined) return [{ to: next }];
      return place.worked
        ? [
            { answer: 'yes', to: next },
            { answer: 'no', to: land(step.on_failure) },
          ]
        : [{ to: { ...place, worked: true } }];
  }
}

/** The cases as answers. Where none is called default, one more says that none of them is met. */
function casesOf(cases: Readonly<Record<string, string>>) {
  const names = new Set<string>();
  const answers = Object.entries(cases).map(([name, to]) => ({
    answer: freshName(name, names),
    to: to as string | undefined,
  }));
  if (Object.hasOwn(cases, 'default') && answers.length > 1) return answers;
  return [...answers, { answer: freshName('none of them', names), to: undefined }];
}

function draftStep(
  playbook: Playbook,
  one: Visited,
  following: Visited | undefined,
  visited: ReadonlyMap<string, Visited>,
  complain: Complain,
): DraftStep {
  const { step, place, leads } = one;
  const path = ['workflow', place.id];
  const nameAt = (to: Place | undefined) => (to && visited.get(keyOf(to))?.name) ?? endOfRunbook;
  const answers: Answer[] = leads.flatMap(({ answer, to }) =>
    answer === undefined ? [] : [{ name: answer, to: nameAt(to) }],
  );
  const next = answers.length > 0 ? undefined : nameAt(leads[0]?.to);
  const goesOn = next === undefined || next === (following?.name ?? endOfRunbook);
  const base = {
    id: one.name,
    answers,
    ...(goesOn ? {} : { next }),
    when: {},
    path,
  };
  const heading = oneLine(nameOf(step));
  if (place.worked) return { ...base, heading: `Did that work: ${heading}`, nodes: [] };
  const agent = step.type === 'action' ? playbook.agent_definitions?.[step.agent] : undefined;
  const owner = roleCalled(agent?.name);
  return {
    ...base,
    heading,
    nodes: [
      ...(agent === undefined || owner ? [] : [paragraph(`Done by: ${agent.name}.`)]),
      ...nodesOfStep(playbook, step, path, complain, step.name),
      ...aboutFlow(step),
    ],
    ...(owner === undefined ? {} : { owner }),
    ...(step.timeout === undefined || step.timeout === 0 ? {} : { withinMs: step.timeout }),
  };
}

function aboutFlow(step: CacaoStep): readonly RootContent[] {
  if (step.type === 'parallel') {
    const text = 'What follows are parts that may be done at the same time, by several people.';
    return [paragraph(text)];
  }
  if (step.type === 'playbook-action') {
    return [paragraph(`Follow the playbook ${step.playbook_id}, and come back.`)];
  }
  if (step.type === 'switch-condition') {
    const cases = Object.keys(step.cases).join(', ');
    return [paragraph(`The playbook looks at ${step.switch}: ${cases}.`)];
  }
  if ('condition' in step) {
    return [paragraph('Answer whether this holds:'), { type: 'code', value: step.condition }];
  }
  return [];
}

const fallbackNames: Readonly<Record<CacaoStep['type'], string>> = {
  start: 'Start',
  end: 'End',
  action: 'Do this',
  'playbook-action': 'Follow another playbook',
  parallel: 'Several things at once',
  'if-condition': 'Does it hold?',
  'while-condition': 'Once more?',
  'switch-condition': 'Which is it?',
};

function nameOf({ type, name }: CacaoStep): string {
  return name === undefined || name.trim() === '' ? fallbackNames[type] : name;
}

/** A heading holds one line. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function roleCalled(name: string | undefined): StepOwner | undefined {
  const roles: readonly StepOwner[] = [...incidentRoles, 'responder', 'approver'];
  return roles.find((role) => role === name);
}
