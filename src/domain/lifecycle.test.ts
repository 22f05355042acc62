import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { personCalled } from '../testing/nouns.ts';
import type { Incident } from './incident.ts';
import { isVisibleTo } from './incident.ts';
import type { IncidentChange } from './lifecycle.ts';
import {
  addNote,
  closeIncident,
  declareIncident,
  moveToPhase,
  postUpdate,
  reopenIncident,
  resolveIncident,
  setSeverity,
} from './lifecycle.ts';
import type { Person } from './person.ts';
import type { Decider } from './plan-change.ts';
import { addMember, removeMember, setVisibility } from './privacy.ts';
import { assignRole, holderOf } from './role.ts';

const now = new Date('2026-11-22T03:00:00Z');

const ana = personCalled('ana');
const bo = personCalled('bo');
const by: Decider = { person: ana, source: 'cli', now };
const byBo: Decider = { ...by, person: bo };

function anIncident(parts: Partial<Incident> = {}): Incident {
  return {
    id: 'i1',
    name: 'INC-1',
    title: 'Key leaked',
    severity: 'sev2',
    phase: 'containment',
    visibility: 'open',
    drill: false,
    declaredBy: ana.id,
    declaredAt: now,
    roles: [{ role: 'commander', person: ana.id, since: now }],
    members: [],
    revision: 3,
    ...parts,
  };
}

const closed = anIncident({ resolvedAt: now, closedAt: now });
const nothing = { unfinished: [], unverified: [], unreviewed: [] };

/** The new state; asserts that the one event is of this kind and on the incident's chain. */
function after(change: IncidentChange, kind: string, text: RegExp): Incident {
  assert.equal(change.events.length, 1);
  assert.equal(change.events[0].chain, change.incidents[0].id);
  assert.equal(change.events[0].kind, kind);
  assert.match(change.events[0].text, text);
  return change.incidents[0];
}

describe('declaring', () => {
  it('opens an unnamed incident in analysis, commanded by its declarer', () => {
    const what = { id: 'i9', title: 'Key leaked', severity: 'sev2', drill: false } as const;
    const change = declareIncident({ ...what, visibility: 'private' }, by);
    const incident = after(change, 'incident_declared', /Key leaked \(sev2, private\).*@ana/);
    assert.equal(incident.name, '');
    assert.equal(incident.revision, 0);
    assert.equal(incident.phase, 'analysis');
    assert.equal(holderOf(incident, 'commander'), ana.id);
    assert.equal(isVisibleTo(incident, ana.id), true);
    assert.equal(isVisibleTo(incident, bo.id), false);
  });

  it('leaves an incident that a guest declares without a commander', () => {
    const guest = { ...ana, permissions: [], guestOf: 'slack:T1/U1' };
    const what = { id: 'i9', title: 'Key leaked', severity: 'sev2', drill: false } as const;
    const declared = declareIncident({ ...what, visibility: 'open' }, { ...by, person: guest });
    const incident = after(declared, 'incident_declared', /Nobody commands it yet\.$/);
    assert.equal(holderOf(incident, 'commander'), undefined);
    assert.equal(incident.declaredBy, ana.id);
  });
});

describe('severity and phase', () => {
  it('change with one event that says from where to where', () => {
    const worse = setSeverity(anIncident(), 'sev1', by, 'customers are hit');
    assert.equal(
      after(worse, 'severity_changed', /sev2 → sev1: customers are hit/).severity,
      'sev1',
    );
    const on = moveToPhase(anIncident(), 'recovery', by);
    assert.equal(after(on, 'phase_changed', /containment → recovery/).phase, 'recovery');
  });

  it('go back only with a reason', () => {
    assert.throws(() => moveToPhase(anIncident(), 'analysis', by), {
      code: 'bad_input',
      message: 'Say why INC-1 goes back to analysis.',
    });
    assert.equal(moveToPhase(anIncident(), 'analysis', by, 'x').incidents[0].phase, 'analysis');
  });

  it('do not change to what they are, nor once the record is closed', () => {
    assert.throws(() => setSeverity(anIncident(), 'sev2', by), { code: 'conflict' });
    assert.throws(() => moveToPhase(anIncident(), 'containment', by), { code: 'conflict' });
    for (const change of [
      () => setSeverity(closed, 'sev1', by),
      () => moveToPhase(closed, 'lessons', by),
      () => postUpdate(closed, 'x', by),
      () => addNote(closed, { text: 'x', at: now }, by),
      () => resolveIncident(closed, by),
      () => closeIncident(closed, nothing, by),
      () => setVisibility(closed, 'private', by),
      () => assignRole(closed, { role: 'scribe', person: bo }, by),
    ]) {
      assert.throws(change, { code: 'conflict', hint: /reopen in:INC-1/ });
    }
  });
});

describe('the end', () => {
  it('is resolved, then closed, and can be taken back', () => {
    const resolved = after(resolveIncident(anIncident(), by, 'ok'), 'incident_resolved', /: ok/);
    const over = after(closeIncident(resolved, nothing, by), 'incident_closed', /^Closed\.$/);
    assert.equal(over.closedAt, now);
    const open = after(reopenIncident(over, byBo, 'again'), 'incident_reopened', /: again/);
    assert.equal(open.closedAt, undefined);
    assert.equal(open.resolvedAt, undefined);
    assert.throws(() => reopenIncident(open, by), { code: 'conflict' });
    assert.throws(() => resolveIncident(resolved, by), { code: 'conflict' });
  });

  it('does not come before the harm is over', () => {
    assert.throws(() => closeIncident(anIncident(), nothing, by), { code: 'not_ready' });
  });

  it('does not come while a plan runs, not even with a reason', () => {
    const loose = { unfinished: ['P-3'], unverified: [], unreviewed: [] };
    assert.throws(() => closeIncident(anIncident({ resolvedAt: now }), loose, by, 'because'), {
      code: 'not_ready',
      message: 'P-3 not finished yet.',
    });
  });

  it('names what was never verified, and asks why that is accepted', () => {
    const resolved = anIncident({ resolvedAt: now });
    const loose = { unfinished: [], unverified: ['P-3 w12 contradicted'], unreviewed: [] };
    assert.throws(() => closeIncident(resolved, loose, by), {
      code: 'not_ready',
      message: 'Not verified: P-3 w12 contradicted.',
    });
    const change = closeIncident(resolved, loose, by, 'the platform is gone');
    after(change, 'incident_closed', /the platform is gone Not verified: P-3 w12 contradicted/);
  });
});

describe('notes', () => {
  it('happened when they say, and are recorded by whoever writes', () => {
    const at = new Date('2026-11-22T01:00:00Z');
    const event = addNote(anIncident(), { text: 'Beacon seen', at }, by);
    assert.equal(event.kind, 'note_added');
    assert.equal(event.occurredAt, at);
    assert.deepEqual(event.actor, { kind: 'person', id: ana.id, name: 'ana' });
    assert.equal(postUpdate(anIncident(), 'Calm', by).occurredAt, now);
  });
});

describe('roles', () => {
  it('are given, claimed and taken over, one holder each', () => {
    const given = assignRole(anIncident(), { role: 'scribe', person: bo }, by);
    assert.equal(holderOf(after(given, 'role_assigned', /@bo is scribe/), 'scribe'), bo.id);
    const what = { role: 'commander', person: bo, before: ana } as const;
    assert.throws(() => assignRole(anIncident(), what, byBo), /@ana commands INC-1\. Say why/);
    const taken = assignRole(anIncident(), { ...what, why: 'she is asleep' }, byBo);
    const incident = after(taken, 'role_claimed', /@bo is commander. It was @ana\. Why: she is/);
    assert.deepEqual(
      incident.roles.map(({ person }) => person),
      [bo.id],
    );
  });

  it('do not go to whoever holds them, is switched off, or cannot act in them', () => {
    const to = (person: Person, role: 'commander' | 'scribe') => () =>
      assignRole(anIncident(), { role, person }, by);
    assert.throws(to(ana, 'commander'), /@ana is commander already/);
    assert.throws(to(personCalled('off', { disabledAt: now }), 'scribe'), /switched off/);
    assert.throws(to(personCalled('new', { permissions: [] }), 'scribe'), /no permission at all/);
    const auditor = personCalled('aud', { permissions: ['auditor'] });
    assert.throws(to(auditor, 'commander'), {
      message: 'A commander must be responder; @aud is not.',
      hint: /person grant @aud responder/,
    });
    assert.doesNotThrow(to(auditor, 'scribe'));
  });
});

describe('privacy', () => {
  const hidden = anIncident({ visibility: 'private' });

  it('can be asked for by anyone who sees the incident, without locking themselves out', () => {
    const incident = after(setVisibility(anIncident(), 'private', byBo), 'visibility_changed', /M/);
    assert.equal(isVisibleTo(incident, bo.id), true);
    assert.equal(isVisibleTo(incident, 'somebody'), false);
  });

  it('is ended by those who lead', () => {
    const withBo = { ...hidden, members: [bo.id] };
    assert.throws(() => setVisibility(withBo, 'open', byBo), { code: 'not_allowed' });
    assert.equal(setVisibility(withBo, 'open', by).incidents[0].visibility, 'open');
    assert.throws(() => setVisibility(hidden, 'private', by), { code: 'conflict' });
  });

  it('has members, who come and go', () => {
    const withBo = after(addMember(hidden, bo, by), 'member_added', /@bo/);
    assert.equal(isVisibleTo(withBo, bo.id), true);
    assert.throws(() => addMember(withBo, bo, by), /sees INC-1 already/);
    const without = after(removeMember(withBo, bo, by), 'member_removed', /@bo/);
    assert.equal(isVisibleTo(without, bo.id), false);
    assert.throws(() => removeMember(without, bo, by), /no member/);
    assert.throws(() => addMember(anIncident(), bo, by), /is open: everyone sees it/);
  });

  it('says when removing a member would not hide anything', () => {
    const scribe = {
      ...hidden,
      members: [bo.id],
      roles: [{ role: 'scribe', person: bo.id, since: now }] as const,
    };
    assert.throws(() => removeMember(scribe, bo, by), {
      code: 'conflict',
      message: /holds a role/,
    });
  });
});
