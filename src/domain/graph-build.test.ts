import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { GraphSource, GraphWorkflow } from './graph-build.ts';
import { buildGraph, withContained, workflowNode } from './graph-build.ts';
import type { Graph } from './graph.ts';
import type { Fact, FactKind, Workflow } from './inventory.ts';

function aWorkflow(number: number, given: Partial<Workflow> = {}): Workflow {
  return {
    id: `id${number}`,
    connection: 'c',
    connectionName: 'prod',
    ref: `w${number}`,
    name: `Workflow ${number}`,
    active: true,
    archived: false,
    tags: [],
    hash: 'h',
    draftDiffers: false,
    savesExecutions: true,
    seenAt: new Date(0),
    sameSince: new Date(0),
    ...given,
  };
}

function aFact(kind: FactKind, value: string, given: Partial<Fact> = {}): Fact {
  return { kind, value, in: 'both', ...given };
}

function drawn(
  workflows: readonly (Partial<GraphWorkflow> & Pick<GraphWorkflow, 'workflow'>)[],
  given: Partial<GraphSource> = {},
  atMost?: number,
): Graph {
  const source: GraphSource = {
    workflows: workflows.map((one) => ({ facts: [], nearness: 'asked', ...one })),
    credentials: new Map([['c/stripe', { ref: 'c1', name: 'Stripe live' }]]),
    sharers: [],
    askedCredentials: [],
    askedHosts: [],
    unloaded: 0,
    ...given,
  };
  return buildGraph(source, atMost);
}

/** Edges as a person would say them. */
function said({ nodes, edges }: Graph): readonly string[] {
  const names = new Map(nodes.map(({ id, ref, label }) => [id, ref ?? label]));
  return edges.map(({ from, to, label }) => `${names.get(from)} ${label} ${names.get(to)}`);
}

describe('what hangs together', () => {
  it('draws entrances, credentials, hosts, calls, the error workflow and the owner', () => {
    const facts = [
      aFact('webhook', 'pay', { method: 'POST', auth: 'none' }),
      aFact('schedule', 'every day at 06:00'),
      aFact('trigger', 'mqttTrigger'),
      aFact('credential', 'stripe', { label: 'old name' }),
      aFact('host', 'api.stripe.com'),
      aFact('calls', 'id2'),
      aFact('error_workflow', 'lost'),
      aFact('node', 'httprequest'),
    ];
    const graph = drawn([
      { workflow: aWorkflow(1, { owner: 'Ana' }), facts },
      { workflow: aWorkflow(2, { active: false }), nearness: 'linked' },
    ]);
    assert.deepEqual(said(graph), [
      'POST pay, open to anyone starts w1',
      'every day at 06:00 starts w1',
      'mqttTrigger starts w1',
      'w1 uses c1',
      'w1 sends to api.stripe.com',
      'w1 calls w2',
      'w1 on error lost (not seen)',
      'Ana owns w1',
    ]);
    assert.deepEqual(
      graph.nodes.map(({ kind, state }) => (state ? `${kind} ${state}` : kind)).toSorted(),
      [
        'credential',
        'host',
        'person',
        'schedule',
        'trigger',
        'webhook',
        'workflow',
        'workflow affected',
        'workflow inactive',
      ],
    );
    assert.deepEqual(graph.omissions, []);
  });

  it('joins workflows that share a credential, and marks what was named', () => {
    const graph = drawn(
      [
        { workflow: aWorkflow(1), facts: [aFact('credential', 'stripe')], nearness: 'linked' },
        { workflow: aWorkflow(2), nearness: 'sharer' },
      ],
      {
        askedCredentials: ['c/stripe'],
        sharers: [
          { credential: 'c/stripe', workflow: 'c/id1' },
          { credential: 'c/stripe', workflow: 'c/id2' },
        ],
      },
    );
    assert.deepEqual(said(graph), ['w1 uses c1', 'w2 uses c1']);
    assert.equal(graph.nodes.find(({ kind }) => kind === 'credential')?.state, 'affected');
  });

  it('keeps what is known of a workflow that is both called and a sharer', () => {
    const graph = drawn([
      { workflow: aWorkflow(1), facts: [aFact('calls', 'id2')] },
      { workflow: aWorkflow(2), nearness: 'sharer' },
    ]);
    assert.deepEqual(said(graph), ['w1 calls w2']);
  });

  it('says which version does it when draft and live version differ', () => {
    const graph = drawn([
      {
        workflow: aWorkflow(1, { draftDiffers: true }),
        facts: [
          aFact('host', 'evil.example', { in: 'live' }),
          aFact('host', 'new.example', { in: 'draft' }),
          aFact('host', 'old.example', { in: 'draft' }),
          aFact('host', 'old.example', { in: 'live', node: 'other' }),
        ],
      },
      { workflow: aWorkflow(2), facts: [aFact('host', 'draft.example', { in: 'draft' })] },
    ]);
    assert.deepEqual(said(graph), [
      'w1 sends to (live only) evil.example',
      'w1 sends to (draft only) new.example',
      'w1 sends to old.example',
      'w2 sends to draft.example',
    ]);
  });

  it('draws what only the version did that was live before it was switched off', () => {
    const facts = [
      aFact('host', 'evil.example', { in: 'was_live' }),
      aFact('host', 'shop.example', { in: 'draft' }),
      aFact('host', 'shop.example', { in: 'was_live', node: 'other' }),
    ];
    assert.deepEqual(said(drawn([{ workflow: aWorkflow(1, { active: false }), facts }])), [
      'w1 sends to (until switched off) evil.example',
      'w1 sends to shop.example',
    ]);
  });

  it('stays within its bound and counts what is left out, by kind', () => {
    const hosts = Array.from({ length: 80 }, (_, index) => aFact('host', `h${index}.example`));
    const graph = drawn(
      [
        { workflow: aWorkflow(1), facts: [aFact('credential', 'stripe'), ...hosts] },
        { workflow: aWorkflow(2), facts: [aFact('host', 'h79.example')] },
      ],
      { unloaded: 7 },
      20,
    );
    assert.equal(graph.nodes.length, 20);
    assert.ok(said(graph).includes('w2 sends to h79.example'), 'what two share goes first');
    assert.deepEqual(graph.omissions, [
      '7 more workflows found and not drawn; narrow the query.',
      'Not drawn for want of room, around what is drawn: 63 hosts.',
    ]);
  });

  it('says that neighbours without room may be among those found and not drawn', () => {
    const around = Array.from({ length: 9 }, (_, index) => ({
      workflow: aWorkflow(index + 2),
      nearness: 'linked' as const,
      facts: [aFact('calls', 'wf-1')],
    }));
    const asked = { workflow: aWorkflow(1), facts: [] };
    const notes = (unloaded: number) => drawn([asked, ...around], { unloaded }, 4).omissions.at(-1);
    assert.match(
      notes(0) ?? '',
      /^Not drawn for want of room, around what is drawn: \d+ workflows\.$/,
    );
    assert.match(notes(5) ?? '', /: \d+ workflows; some of these workflows were found too\.$/);
  });

  it('lets no kind push another out', () => {
    const facts = Array.from({ length: 30 }, (_, index) => [
      aFact('credential', `key${index}`, { label: `Key ${index}` }),
      aFact('host', `h${index}.example`),
    ]).flat();
    const graph = drawn([{ workflow: aWorkflow(1), facts }], {}, 21);
    const kinds = Map.groupBy(graph.nodes, ({ kind }) => kind);
    assert.equal(kinds.get('credential')?.length, 10);
    assert.equal(kinds.get('host')?.length, 10);
  });

  it('leaves room for what is touched when very many were asked for', () => {
    const workflows = Array.from({ length: 100 }, (_, index) => ({
      workflow: aWorkflow(index),
      facts: [aFact('host', `h${index % 4}.example`)],
    }));
    const graph = drawn(workflows);
    assert.equal(graph.nodes.length, 34);
    assert.deepEqual(graph.omissions, ['70 more workflows found and not drawn; narrow the query.']);
  });

  it('counts what nobody can know before it runs, and steps that are switched off', () => {
    const graph = drawn([
      {
        workflow: aWorkflow(1),
        facts: [
          aFact('runtime_host', 'Send'),
          aFact('runtime_host', 'Post'),
          aFact('calls_unknown', 'Run'),
          aFact('host', 'off.example', { disabled: true, node: 'Old' }),
        ],
      },
    ]);
    assert.equal(graph.edges.length, 0);
    assert.deepEqual(graph.omissions, [
      '2 hosts of w1 known only at run time, hence not drawn.',
      '1 call of w1 to workflows known only at run time, hence not drawn.',
      '1 step switched off in the editor, hence not drawn.',
    ]);
  });

  it('names the connection when workflows are on several, and joins them by host', () => {
    const facts = [aFact('host', 'evil.example')];
    const graph = drawn([
      { workflow: aWorkflow(1), facts },
      { workflow: aWorkflow(1, { connection: 'd', connectionName: 'lab', ref: 'w9' }), facts },
    ]);
    assert.deepEqual(said(graph), ['w1 sends to evil.example', 'w9 sends to evil.example']);
    assert.deepEqual(
      graph.nodes.map(({ label }) => label),
      ['Workflow 1 (prod)', 'Workflow 1 (lab)', 'evil.example'],
    );
  });

  it('shows what was verified off', () => {
    const graph = withContained(
      drawn([{ workflow: aWorkflow(1) }, { workflow: aWorkflow(2) }]),
      new Set([workflowNode('c/id2')]),
    );
    assert.deepEqual(
      graph.nodes.map(({ state }) => state),
      ['affected', 'contained'],
    );
  });

  it('tells what a workflow did that is verified off as past, and what it may use as it is', () => {
    const facts = [
      aFact('host', 'evil.example'),
      aFact('webhook', 'in', { method: 'POST' }),
      aFact('credential', 'stripe'),
    ];
    const graph = drawn([
      { workflow: aWorkflow(1), facts },
      { workflow: aWorkflow(2), facts },
    ]);
    assert.deepEqual(said(withContained(graph, new Set([workflowNode('c/id1')]))).toSorted(), [
      'POST in starts (until switched off) w1',
      'POST in starts w2',
      'w1 sends to (until switched off) evil.example',
      'w1 uses c1',
      'w2 sends to evil.example',
      'w2 uses c1',
    ]);
  });
});
