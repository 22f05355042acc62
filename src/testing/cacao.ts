import { createHash } from 'node:crypto';

/** What the ids of an export are made with. */
export const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

export const uuid = (digit: string) => `${digit.repeat(8)}-0000-4000-8000-000000000000`;
export const first = `action--${uuid('1')}`;
export const second = `action--${uuid('2')}`;
export const start = `start--${uuid('3')}`;
export const end = `end--${uuid('4')}`;
export const agent = `group--${uuid('5')}`;
/** An action. */
export const manual = (
  name: string,
  to: string,
  command: object = { type: 'manual', command: name },
) => ({
  type: 'action',
  name,
  commands: [command],
  agent,
  on_completion: to,
});

/** A playbook of another tool. */
export function aPlaybook(workflow: object, other: object = {}) {
  return {
    type: 'playbook',
    spec_version: 'cacao-2.0',
    id: `playbook--${uuid('6')}`,
    name: 'Block an address',
    created_by: `identity--${uuid('7')}`,
    created: '2026-01-01T00:00:00.000Z',
    modified: '2026-01-01T00:00:00.000Z',
    workflow_start: start,
    workflow: {
      [start]: { type: 'start', on_completion: first },
      [end]: { type: 'end' },
      ...workflow,
    },
    agent_definitions: { [agent]: { type: 'group', name: 'Night shift' } },
    ...other,
  };
}

/** As a file holds it. */
export function jsonOf(playbook: unknown): string {
  return JSON.stringify(playbook, undefined, 2);
}
