import { UserError } from '../errors.ts';
import type { Incident, IncidentId, Phase, Severity, Visibility } from './incident.ts';
import { phases } from './incident.ts';
import type { JsonObject } from './json.ts';
import type { Person } from './person.ts';
import type { Decider } from './plan-change.ts';
import { actorFor } from './plan-change.ts';
import type { NewTimelineEvent } from './timeline.ts';
import { listed } from './wording.ts';

/** What a decision on an incident leaves to be stored: its new state and one timeline event. */
export type IncidentChange = {
  readonly incidents: readonly [Incident];
  readonly events: readonly [NewTimelineEvent];
};

/** One event on an incident's timeline, by a person. */
export function incidentEvent(
  incident: IncidentId,
  by: Decider,
  event: Pick<NewTimelineEvent, 'kind' | 'text'> & { occurredAt?: Date; data?: JsonObject },
): NewTimelineEvent {
  return {
    chain: incident,
    actor: actorFor(by.person),
    source: by.source,
    ...event,
    occurredAt: event.occurredAt ?? by.now,
  };
}

/** The first severity of an incident whose declarer had no time to think of one. */
export const assumedSeverity: Severity = 'sev3';

/**
 * Opens an incident. Whoever declares it commands it until somebody else does; a guest cannot.
 *
 * The store gives the name; one that is declared private gets one that no gap gives away.
 */
export function declareIncident(
  what: {
    readonly id: IncidentId;
    readonly title: string;
    readonly severity: Severity;
    readonly visibility: Visibility;
    readonly drill: boolean;
  },
  by: Decider,
): IncidentChange {
  const { id, title, severity, visibility, drill } = what;
  const person = by.person.id;
  const isGuest = by.person.guestOf !== undefined;
  const commander = isGuest ? 'Nobody commands it yet' : `Commander is @${by.person.handle}`;
  const incident: Incident = {
    id,
    name: '',
    title,
    severity,
    phase: 'analysis',
    visibility,
    drill,
    declaredBy: person,
    declaredAt: by.now,
    roles: isGuest ? [] : [{ role: 'commander', person, since: by.now }],
    members: [],
    revision: 0,
  };
  const marks = [severity, ...(visibility === 'private' ? [visibility] : [])];
  const event = incidentEvent(id, by, {
    kind: 'incident_declared',
    text: `${drill ? 'Drill declared' : 'Declared'}: ${title} (${marks.join(', ')}). ${commander}.`,
    data: {
      title,
      severity,
      phase: incident.phase,
      visibility,
      drill,
      ...(isGuest ? {} : { commander: person }),
    },
  });
  return { incidents: [incident], events: [event] };
}

/** @throws UserError `conflict` when closed, or when it has that severity already */
export function setSeverity(
  incident: Incident,
  to: Severity,
  by: Decider,
  reason?: string,
): IncidentChange {
  refuseClosed(incident);
  if (incident.severity === to) {
    throw new UserError('conflict', `${incident.name} is ${to} already.`);
  }
  const event = incidentEvent(incident.id, by, {
    kind: 'severity_changed',
    text: `Severity ${incident.severity} → ${to}${because(reason)}`,
    data: { from: incident.severity, to, ...reasonData(reason) },
  });
  return { incidents: [{ ...incident, severity: to }], events: [event] };
}

/** Posts nothing of it to chats, or does again. @throws UserError `conflict` when it is so already */
export function setQuiet(incident: Incident, isOn: boolean, by: Decider): IncidentChange {
  refuseClosed(incident);
  if ((incident.quiet === true) === isOn) {
    throw new UserError('conflict', `${incident.name} is ${isOn ? 'quiet' : 'not quiet'} already.`);
  }
  const { quiet: _, ...loud } = incident;
  const event = incidentEvent(incident.id, by, {
    kind: isOn ? 'quiet_begun' : 'quiet_ended',
    text: isOn
      ? 'Quiet: nothing is posted to chats but answers to those who ask.'
      : 'No longer quiet: what changes is posted to its rooms again.',
  });
  return { incidents: [isOn ? { ...loud, quiet: true } : loud], events: [event] };
}

/**
 * Moves an incident to another phase.
 *
 * Forward needs no reason and may skip phases. Back is allowed, because containment often turns up
 * something new to analyse, but it must say why.
 *
 * @throws UserError `conflict` when closed or already there, `bad_input` when moving back without
 *   a reason
 */
export function moveToPhase(
  incident: Incident,
  to: Phase,
  by: Decider,
  reason?: string,
): IncidentChange {
  refuseClosed(incident);
  if (incident.phase === to) {
    throw new UserError('conflict', `${incident.name} is in ${to} already.`);
  }
  if (phases.indexOf(to) < phases.indexOf(incident.phase) && reason === undefined) {
    throw new UserError('bad_input', `Say why ${incident.name} goes back to ${to}.`, {
      hint: `e.g. \`phase ${to} a second beacon was found\``,
    });
  }
  const event = incidentEvent(incident.id, by, {
    kind: 'phase_changed',
    text: `Phase ${incident.phase} → ${to}${because(reason)}`,
    data: { from: incident.phase, to, ...reasonData(reason) },
  });
  return { incidents: [{ ...incident, phase: to }], events: [event] };
}

/** The harm has ended; the record stays open. */
export function resolveIncident(incident: Incident, by: Decider, summary?: string): IncidentChange {
  refuseClosed(incident);
  if (incident.resolvedAt) {
    throw new UserError('conflict', `${incident.name} is resolved already.`, {
      hint: '`close` ends the record; `reopen` takes it back.',
    });
  }
  const event = incidentEvent(incident.id, by, {
    kind: 'incident_resolved',
    text: `Resolved${because(summary)}`,
    ...(summary === undefined ? {} : { data: { summary } }),
  });
  return { incidents: [{ ...incident, resolvedAt: by.now }], events: [event] };
}

/** What still hangs on an incident that somebody wants to close. */
export type LooseEnds = {
  /** Names of plans that run, are paused, or wait for a decision. */
  readonly unfinished: readonly string[];
  /** Targets whose containment is not verified, as `P-3 w12 contradicted`. */
  readonly unverified: readonly string[];
  /** Plans that a commander ran without the yes of another, and that nobody has reviewed. */
  readonly unreviewed: readonly string[];
};

/**
 * Ends the record.
 *
 * @param despite  why unverified containment is accepted; required when there is any
 * @throws UserError `not_ready` naming what to do first
 */
export function closeIncident(
  incident: Incident,
  loose: LooseEnds,
  by: Decider,
  despite?: string,
): IncidentChange {
  refuseClosed(incident);
  if (!incident.resolvedAt) {
    throw new UserError('not_ready', `${incident.name} is not resolved yet.`, {
      hint: 'Type `resolve` when the harm has ended, then `close`.',
    });
  }
  const [plan] = loose.unfinished;
  if (plan !== undefined) {
    throw new UserError('not_ready', `${listed(loose.unfinished)} not finished yet.`, {
      hint: `\`contain status ${plan}\` shows it; \`contain cancel ${plan}\` ends it.`,
    });
  }
  const [overridden] = loose.unreviewed;
  if (overridden !== undefined) {
    throw new UserError(
      'not_ready',
      `The override of ${listed(loose.unreviewed)} is not reviewed.`,
      {
        hint: `Somebody else than who overrode types \`contain review ${overridden} <finding>\`.`,
      },
    );
  }
  if (loose.unverified.length > 0 && despite === undefined) {
    throw new UserError('not_ready', `Not verified: ${listed(loose.unverified)}.`, {
      hint: 'Verify them, or say why this is accepted: `close despite:"the platform is gone"`',
    });
  }
  const left = loose.unverified.length === 0 ? '' : ` Not verified: ${listed(loose.unverified)}.`;
  const event = incidentEvent(incident.id, by, {
    kind: 'incident_closed',
    text: `Closed${because(despite)}${left}`,
    data: { unverified: loose.unverified, ...reasonData(despite) },
  });
  return { incidents: [{ ...incident, closedAt: by.now }], events: [event] };
}

/** Takes back *resolved* and *closed*. @throws UserError `conflict` when it is neither */
export function reopenIncident(incident: Incident, by: Decider, reason?: string): IncidentChange {
  const { resolvedAt, closedAt, ...open } = incident;
  if (!resolvedAt && !closedAt) {
    throw new UserError('conflict', `${incident.name} is open.`);
  }
  const event = incidentEvent(incident.id, by, {
    kind: 'incident_reopened',
    text: `Reopened${because(reason)}`,
    data: { was: closedAt ? 'closed' : 'resolved', ...reasonData(reason) },
  });
  return { incidents: [open], events: [event] };
}

/** What a person tells everyone who follows the incident. It changes nothing but the timeline. */
export function postUpdate(incident: Incident, text: string, by: Decider): NewTimelineEvent {
  refuseClosed(incident);
  return incidentEvent(incident.id, by, { kind: 'update_posted', text });
}

/** What somebody saw or did, when it happened, and who writes it down now. */
export function addNote(
  incident: Incident,
  note: { readonly text: string; readonly at: Date },
  by: Decider,
): NewTimelineEvent {
  refuseClosed(incident);
  return incidentEvent(incident.id, by, {
    kind: 'note_added',
    text: note.text,
    occurredAt: note.at,
  });
}

/** @throws UserError `conflict` when the record has ended */
export function refuseClosed(incident: Incident): void {
  if (!incident.closedAt) return;
  throw new UserError('conflict', `${incident.name} is closed.`, {
    hint: `\`reopen in:${incident.name}\` opens its record again.`,
  });
}

/** True for those who lead: the commander, and whoever declared it. */
export function leads(incident: Incident, person: Person): boolean {
  return (
    incident.declaredBy === person.id ||
    incident.roles.some((held) => held.role === 'commander' && held.person === person.id)
  );
}

function because(reason: string | undefined): string {
  return reason === undefined ? '.' : `: ${reason}`;
}

function reasonData(reason: string | undefined): JsonObject {
  return reason === undefined ? {} : { reason };
}
