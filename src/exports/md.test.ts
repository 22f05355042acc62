import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Evidence } from '../domain/evidence.ts';
import type { Action } from '../domain/plan.ts';
import { aConnection, allCapabilities } from '../testing/nouns.ts';
import { anExportSource, textOf } from '../testing/timeline.ts';
import type { ExportedPlan, ExportSource } from './export.ts';
import { markdownExporter } from './md.ts';

function exported(wish: Parameters<typeof anExportSource>[0] = {}): Promise<string> {
  return textOf(markdownExporter().write(anExportSource(wish)));
}

describe('the timeline', () => {
  it('shows who, what and when in the reader’s zone with UTC beside', async () => {
    const text = await exported({
      chain: {
        event: () => ({
          actor: { kind: 'person', id: 'ana', name: 'Ana' },
          body: { text: 'Ana declared INC-7.', data: { workflow: 'x9' } },
        }),
      },
    });

    assert.ok(text.includes('| # | Europe/Berlin | UTC | Who | What |'));
    assert.ok(
      text.includes(
        '| 1 | 2026-11-22 09:17:45 | 2026-11-22 08:17:45Z | Ana | Ana declared INC-7. |\n',
      ),
    );
    assert.ok(!text.includes('x9'));
  });

  it('says when an entry was recorded, where that was more than a minute later', async () => {
    assert.ok(!(await exported({ chain: { event: late(60_000) } })).includes('(recorded '));
    assert.ok(
      (await exported({ chain: { event: late(60_001) } })).includes(
        '*(recorded 2030-03-17 18:46:40 (17:46:40Z))*',
      ),
    );
  });

  it('tells the hour that comes twice apart by its UTC', async () => {
    const text = await exported({
      chain: {
        entries: 2,
        event: (seq) => ({
          occurredAt: new Date(seq === 1 ? '2026-10-25T00:30:00Z' : '2026-10-25T01:30:00Z'),
        }),
      },
    });
    assert.ok(text.includes('| 1 | 2026-10-25 02:30:00 | 2026-10-25 00:30:00Z |'));
    assert.ok(text.includes('| 2 | 2026-10-25 02:30:00 | 2026-10-25 01:30:00Z |'));
  });

  it('names the UTC day where it is another one', async () => {
    const incident = { ...anExportSource().incident, resolvedAt: new Date('2026-11-22T23:30:00Z') };
    const text = await exported({ incident });
    assert.ok(text.includes('| Resolved | 2026-11-23 00:30:00 (2026-11-22 23:30:00Z) |'));
  });

  it('says so when a clock was off and when a value was erased', async () => {
    const text = await exported({
      chain: { event: (seq) => ({ skewMs: 2500, erased: seq === 2 }) },
    });
    assert.match(text, /\| 1 \|.*\*\(clock off by 2\.5 s\)\*/);
    assert.match(text, /\| 2 \|.*\| \*redacted\* \| \*redacted\*/);
    assert.match(text, /## Omissions[^#]*of 1 entry was erased/);
  });

  it('shows each time once where the zone is UTC', async () => {
    for (const timeZone of ['UTC', 'Etc/UTC', 'GMT']) {
      const text = await exported({ timeZone });
      assert.match(
        text,
        /\n\| # \| UTC \| Who \| What \|\n\| ---: \| --- \| --- \| --- \|\n\| 1 \| \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ \| /,
      );
      assert.doesNotMatch(text, /:\d\d \([^)]*Z\)/);
    }
  });

  it('falls back to UTC, and says so, when the zone is unknown', async () => {
    assert.ok((await exported({ timeZone: 'Mars/Olympus' })).includes('| # | UTC | Who |'));
  });

  it('shows firebreak and connections as actors', async () => {
    const text = await exported({
      chain: {
        entries: 2,
        event: (seq) => ({
          actor: seq === 1 ? { kind: 'firebreak' } : { kind: 'connection', name: 'prod|1' },
        }),
      },
    });
    assert.match(text, /\| 1 \|.*\| Firebreak \|/);
    assert.match(text, /\| 2 \|.*\| prod&#124;1 \|/);
  });
});

describe('around the timeline', () => {
  it('shows the incident’s facts, and warns of a drill and of a private one', async () => {
    const { incident } = anExportSource();
    const text = await exported({
      incident: { ...incident, title: '<b>|`x`', drill: true, visibility: 'private' },
    });
    assert.ok(text.startsWith('# DRILL INC-7: &lt;b>&#124;\\`x\\`\n'));
    assert.ok(text.includes('> **This was a drill.**'));
    assert.ok(text.includes('**This incident is private.**'));
    assert.ok(text.includes('| Severity | sev2 |'));
    assert.ok(text.includes('| Commander | Ana Álvarez since '));
  });

  it('lists what was contained and how sure that is', async () => {
    const text = await exported({ plans: [aPlan], connections: [someConnection] });

    assert.ok(text.includes('### P-3\n'));
    assert.ok(text.includes('| Actions | 1 verified, 1 contradicted |'));
    assert.match(text, /\| Approved \| .* by Ben: two eyes \|/);
    assert.match(
      text,
      /\| `w12` Pay &#124; out \| prod \| disable \| verified \| .* \| OPTIONS: refused \|/,
    );
    assert.match(text, /\| contradicted \| {2}\| It came back\. \|/);
  });

  it('tells of which class a plan was, who proved themselves, and who overrode', async () => {
    const { plan, approvals, actions } = aPlan;
    const [yes] = approvals;
    assert.ok(yes);
    const way = { persons: 2, others: ['approver'], stepUp: true } as const;
    const leave = { class: 'R3', policy: 4, roleAgeMs: 0, ways: [way] } as const;
    const override = { by: 'ana', at, reason: 'nobody answers' };
    const proven: ExportedPlan = {
      plan: { ...plan, leave, override, startedAt: at, startedBy: 'ana' },
      approvals: [{ ...yes, steppedUp: 'totp' }],
      actions,
    };
    const text = await exported({
      plans: [proven],
      chain: {
        event: () => ({
          body: { text: 'P-3 started.', data: { name: 'P-3', way: { persons: 1, code: 'totp' } } },
        }),
      },
    });

    assert.ok(text.includes('| Class | R3, by policy 4 |'), text);
    assert.ok(
      text.includes('| Needs | the yes of another person who is an approver, each with a code |'),
    );
    assert.match(text, /\| Approved \| .* by Ben with a code \(totp\): two eyes \|/);
    assert.match(text, /\| Started \| .* by Ana Álvarez with a code \(totp\) \|/);
    assert.match(text, /\| Overridden \| .* by Ana Álvarez, the commander: nobody answers \|/);
    assert.ok(text.includes('| Reviewed | not yet |'));
  });

  it('lists evidence with hash and custody', async () => {
    const text = await exported({ evidence: [someEvidence], connections: [someConnection] });
    assert.ok(
      text.includes(
        `| E-4 | live-version.json | Pay out on prod | \`${'ab'.repeat(32)}\` | 812 | 2026-11-22 09:18:00 (08:18:00Z) | Firebreak |`,
      ),
    );
  });

  it('says of which workflow evidence is not whole, and why', async () => {
    const gaps = [{ part: 'executions', why: 'n8n failed (500).' }];
    const text = await exported({ evidence: [{ ...someEvidence, notHad: gaps }] });
    assert.match(
      text,
      /\nE-4: the evidence of Pay out is not whole\. Not had: executions \(n8n failed \(500\)\)\.\n/,
    );
  });

  it('says what each connection could see and what it could not', async () => {
    const text = await exported({ connections: [someConnection] });
    assert.match(
      text,
      /- \*\*prod\*\* \(n8n 2\.40\.1, production\): 812 workflows, 41 credentials/,
    );
    assert.match(text, /3 nodes in 2 workflows; no search by host finds them/);
    assert.match(text, /Users are hidden\./);
  });

  it('states each part that was not passed as left out', async () => {
    const nothing = await exported({ omissions: ['Two notes under legal hold.'] });
    const all = await exported({ plans: [], evidence: [], connections: [] });
    for (const omission of [
      'Two notes under legal hold.',
      'The list of evidence.',
      'Plans, approvals',
    ]) {
      assert.ok(nothing.includes(`- ${omission}`));
      assert.ok(!all.includes(`- ${omission}`));
    }
    assert.ok(all.includes('Nothing was planned.'));
    assert.ok(all.includes('- The bytes of the evidence'));
  });

  it('says how to verify, with head and key of the signed chain', async () => {
    const source = anExportSource();
    const text = await textOf(markdownExporter().write(source));
    const [key] = source.timeline.keys;
    assert.ok(text.includes('`firebreak verify FILE`'));
    assert.ok(text.includes(`| Key ID | \`${key?.keyId}\` |`));
    assert.match(text, /\| Entries \| 3 \|\n\| Head \| `[0-9a-f]{64}` \|/);
  });
});

const late = (ms: number) => () => ({
  occurredAt: new Date(1_900_000_000_000 - ms),
  recordedAt: new Date(1_900_000_000_000),
});

const at = new Date('2026-11-22T08:18:00.000Z');

const anAction: Action = {
  id: 'a1',
  plan: 'p',
  connection: 'c',
  workflow: 'x',
  ref: 'w12',
  workflowName: 'Pay | out',
  lever: 'disable',
  ordinal: 1,
  state: 'verified',
  settledAt: at,
  proofs: [{ method: 'webhook-probe', finding: 'agrees', text: 'OPTIONS: refused', at }],
  emptySweeps: 0,
  revision: 1,
};

const { settledAt: _, ...unsettled } = anAction;

const aPlan: ExportedPlan = {
  plan: {
    id: 'p',
    name: 'P-3',
    incident: 'i',
    purpose: 'contain',
    query: 'credential:"Stripe live"',
    levers: ['disable', 'stop'],
    targets: [],
    connections: [],
    requestedBy: 'ana',
    approvalsNeeded: 1,
    createdAt: at,
    expiresAt: at,
    nonce: 'n',
    digest: 'cd'.repeat(32),
    state: 'finished',
    revision: 1,
  },
  approvals: [{ plan: 'p', digest: 'cd', person: 'ben', decision: 'yes', reason: 'two eyes', at }],
  actions: [anAction, { ...unsettled, id: 'a2', state: 'contradicted', reason: 'It came back.' }],
};

const someConnection = aConnection({
  id: 'c',
  name: 'prod',
  capabilities: { ...allCapabilities, listUsers: false },
  version: '2.40.1',
  connectedAt: at,
  syncedAt: at,
  coverage: {
    workflows: 812,
    credentials: 41,
    users: 0,
    runtimeHosts: { nodes: 3, workflows: 2 },
    gaps: ['Users are hidden.'],
  },
});

const someEvidence: Evidence = {
  id: 'e',
  name: 'E-4',
  incident: 'i',
  title: 'live-version.json',
  mediaType: 'application/json',
  sha256: 'ab'.repeat(32),
  sizeBytes: 812,
  collectedAt: at,
  from: { kind: 'workflow', connection: 'c', workflow: 'x', workflowName: 'Pay out' },
} satisfies NonNullable<ExportSource['evidence']>[number];

describe('credentials', () => {
  it('are shown with their state, and with whose word it is where nobody looked', async () => {
    const { incident } = anExportSource();
    const since = new Date('2026-11-22T05:00:00Z');
    const text = await exported({
      revocations: [
        {
          incident: incident.id,
          connection: 'n1',
          credential: 'x7',
          ref: 'c7',
          name: 'Stripe | live',
          state: 'manual_required',
          text: 'Revoked by hand.',
          at: since,
          doneByHand: { by: 'ana', at: since, text: 'rolled it' },
          revision: 1,
        },
      ],
    });

    assert.match(text, /## Credentials/);
    assert.match(
      text,
      /`c7` Stripe &#124; live .*confirmed by nobody yet; not verified by Firebreak/,
    );
    assert.match(text, /Revoked by hand\. .*, 2026-11-22 06:00:00 \(05:00:00Z\): rolled it/);
    assert.ok(!(await exported()).includes('## Credentials'));
  });
});
