import type { Incident } from '../domain/incident.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Block, View } from '../domain/reply.ts';
import type { Text } from '../domain/spans.ts';

/** `INC-7 Stripe key leaked`, with what must not be overlooked about it. */
export function headOf(incident: Incident): string {
  const marks = [
    ...(incident.drill ? ['drill'] : []),
    ...(incident.visibility === 'private' ? ['private'] : []),
    ...(incident.closedAt ? ['closed'] : incident.resolvedAt ? ['resolved'] : []),
  ];
  return `${incident.name} ${incident.title}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`;
}

/** The incident for machines. */
export function incidentJson(incident: Incident): JsonObject {
  const { name, title, severity, phase, visibility, drill } = incident;
  return {
    name,
    title,
    severity,
    phase,
    visibility,
    drill,
    declaredAt: incident.declaredAt.toISOString(),
    ...(incident.resolvedAt ? { resolvedAt: incident.resolvedAt.toISOString() } : {}),
    ...(incident.closedAt ? { closedAt: incident.closedAt.toISOString() } : {}),
    roles: incident.roles.map(({ role, person }) => ({ role, person })),
  };
}

/** What is told to the room when an incident changed. */
export type Told = {
  readonly text: Text;
  readonly blocks?: readonly Block[];
  readonly next: readonly string[];
  readonly data?: JsonObject;
};

/** The reply to a change. A private incident answers its own people only. */
export function changeView(incident: Incident, told: Told): View {
  return {
    kind: 'view',
    title: headOf(incident),
    blocks: [{ kind: 'text', text: told.text }, ...(told.blocks ?? [])],
    next: told.next,
    audience: incident.visibility === 'private' ? 'person' : 'room',
    outcome: 'done',
    data: { incident: incidentJson(incident), ...told.data },
  };
}

/** A look at something: nothing changed, and only who asked needs to see it. */
export function lookView(look: Pick<View, 'title' | 'blocks' | 'next' | 'data'>): View {
  return { kind: 'view', ...look, audience: 'person', outcome: 'done' };
}

/** A sentence. */
export function said(text: Text): Block {
  return { kind: 'text', text };
}

/** A sentence that must not be overlooked. */
export function warned(text: Text): Block {
  return { kind: 'warning', text };
}
