import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import {
  aCall,
  aNode,
  factsOf,
  ofKind,
  testFingerprint,
  valuesOf,
} from '../../testing/n8n/sample-nodes.ts';
import type { GivenNode } from '../../testing/n8n/sample-nodes.ts';
import { analyse } from './analyse.ts';

function aSubCall(parameters: object, type = 'executeWorkflow'): GivenNode {
  return { type, name: 'Sub', parameters };
}

describe('credentials', () => {
  it('are references by id with the name beside it', () => {
    const facts = factsOf([{ credentials: { stripeApi: { id: 'c1', name: 'Stripe live' } } }]);

    assert.deepEqual(ofKind('credential', facts), [{ value: 'c1', label: 'Stripe live' }]);
  });

  it('are known by name where an old export has nothing else', () => {
    const facts = factsOf([
      { name: 'a', credentials: { githubApi: 'Old GitHub' } },
      { name: 'b', credentials: { slackApi: { name: 'Only a name' } } },
      { name: 'c', credentials: { mqtt: { id: '', name: 'Empty id' } } },
      { name: 'd', credentials: { mqtt: null, imap: 7, smtp: {} } },
    ]);

    assert.deepEqual(
      ofKind('credential', facts).map(({ value }) => value),
      ['Old GitHub', 'Only a name', 'Empty id'],
    );
  });
});

describe('calls', () => {
  it('are read in every shape', () => {
    const tool = '@n8n/n8n-nodes-langchain.toolWorkflow';
    const link = { __rl: true, mode: 'list', value: 'w3', cachedResultName: 'Child' };
    assert.deepEqual(valuesOf('calls', aSubCall({ workflowId: 'w1' })), ['w1']);
    assert.deepEqual(valuesOf('calls', aSubCall({ workflowId: 7 })), ['7']);
    assert.deepEqual(valuesOf('calls', aSubCall({ workflowId: '=w1' })), ['w1']);
    assert.deepEqual(ofKind('calls', factsOf([aSubCall({ workflowId: link }, tool)])), [
      { value: 'w3', label: 'Child' },
    ]);
    assert.deepEqual(
      valuesOf(
        'calls',
        aSubCall({
          workflowId: { __rl: true, mode: 'url', value: 'https://n8n.test/workflow/w9' },
        }),
      ),
      ['w9'],
    );
  });

  it('to a workflow chosen at run time are counted as unknown', () => {
    assert.deepEqual(valuesOf('calls_unknown', aSubCall({ workflowId: '={{ $json.id }}' })), [
      'Sub',
    ]);
    assert.deepEqual(
      valuesOf('calls_unknown', aSubCall({ workflowId: { __rl: true, value: '={{ $json.id }}' } })),
      ['Sub'],
    );
    assert.deepEqual(
      valuesOf('calls_unknown', aSubCall({ source: 'url', workflowUrl: 'https://x.test/w.json' })),
      ['Sub'],
    );
    assert.deepEqual(
      valuesOf('host', aSubCall({ source: 'url', workflowUrl: 'https://x.test/w.json' })),
      ['x.test'],
    );
    assert.deepEqual(
      valuesOf('calls_unknown', aSubCall({ source: 'parameter', workflowJson: '={{ $json.w }}' })),
      ['Sub'],
    );
  });

  it('of an inline workflow are analysed with it', () => {
    const inner = [
      aNode({ ...aCall('https://inner.test/'), credentials: { a: { id: 'c9', name: 'Inner' } } }),
    ];
    const workflowJson = JSON.stringify({ nodes: inner });
    const facts = factsOf([aSubCall({ source: 'parameter', workflowJson })]);

    assert.deepEqual(ofKind('host', facts)[0], { value: 'inner.test' });
    assert.deepEqual(ofKind('credential', facts), [{ value: 'c9', label: 'Inner' }]);
    assert.ok(ofKind('node', facts).some(({ value }) => value === 'httprequest'));
  });

  it('of an error workflow are a fact of the whole workflow, unless it is the default', () => {
    assert.deepEqual(ofKind('error_workflow', factsOf([], { settings: { errorWorkflow: 'w5' } })), [
      { value: 'w5' },
    ]);
    assert.deepEqual(
      ofKind('error_workflow', factsOf([], { settings: { errorWorkflow: 'DEFAULT' } })),
      [],
    );
  });
});

describe('draft and live version', () => {
  it('are both analysed and told apart', () => {
    const shared = aNode(aCall('https://both.test/'));
    const facts = analyse(
      {
        nodes: [shared, aNode(aCall('https://clean.test/'))],
        activeVersion: { nodes: [shared, aNode(aCall('https://evil.test/'))] },
        settings: { errorWorkflow: 'w5' },
      },
      { fingerprint: testFingerprint },
    );
    const where = (value: string): string[] =>
      facts.filter((fact) => fact.value === value).map((fact) => fact.in);

    assert.deepEqual(where('both.test'), ['both']);
    assert.deepEqual(where('clean.test'), ['draft']);
    assert.deepEqual(where('evil.test'), ['live']);
    assert.deepEqual(where('w5'), ['both']);
  });

  it('that are the same give each fact once', () => {
    const nodes = [aNode(aCall('https://both.test/'))];
    const facts = analyse({ nodes, activeVersion: { nodes } }, { fingerprint: testFingerprint });

    assert.ok(facts.every((fact) => fact.in === 'both'));
    assert.equal(facts.filter((fact) => fact.kind === 'host').length, 1);
  });

  it('mark what is switched off', () => {
    const facts = factsOf([{ ...aCall('https://off.test/'), disabled: true }]);

    assert.ok(facts.length > 0);
    assert.ok(facts.every((fact) => fact.disabled === true));
  });
});

describe('whatever is sent', () => {
  it('never breaks the analysis', () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 4 }), (anything) => {
        analyse(anything, { fingerprint: testFingerprint });
        analyse(
          { nodes: [anything], activeVersion: { nodes: anything } },
          { fingerprint: testFingerprint },
        );
        analyse(
          { nodes: [{ type: 'n8n-nodes-base.httpRequest', parameters: anything }] },
          { fingerprint: testFingerprint },
        );
      }),
      { numRuns: 300 },
    );
  });

  it('as an address of any text neither breaks it nor takes long', () => {
    const piece = fc.constantFrom(
      'https://',
      '{{',
      '}}',
      "'",
      '"',
      '`',
      '${',
      '+',
      '.',
      'a.test',
      '@',
      ':',
      '/',
      '\\',
      '?',
      '(',
      ')',
      ' ',
      '=',
      'Basic ',
      '\u0000',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
        const url = pieces.join('');
        const facts = factsOf([
          aCall(url),
          aCall(`=${url}`),
          { type: 'code', parameters: { jsCode: url } },
        ]);
        assert.ok(Array.isArray(facts));
      }),
      { numRuns: 300 },
    );
  });

  it('does not hold the reader up, however it repeats itself', { timeout: 60_000 }, () => {
    const pieces = [
      'a.',
      'a ',
      'eyJ-',
      '-----BEGIN PRIVATE KEY-----',
      'https://a.',
      '://',
      'fetch(',
      'fetch("https://a.test/")',
      "httpRequest({ url: 'https://a.test/' })",
      '{{',
      '{',
      "'",
      '(',
      'token=',
      'Bearer ',
      'Basic aaaa-',
      'MMMMMMMMMMMMMMMMMMMMMMMM.',
      '$env.',
      '/api/v1/',
    ];
    for (const piece of pieces) {
      const text = piece.repeat(200_000 / piece.length);
      const facts = factsOf([
        aCall(text),
        aCall(`={{ ${text}`),
        aCall(`https://a.test/${text}`),
        { type: 'code', parameters: { jsCode: text } },
        {
          type: 'code',
          name: 'spaced',
          parameters: { jsCode: `fetch(${text}${' '.repeat(50_000)}` },
        },
      ]);
      assert.ok(facts.length > 0);
    }
  });

  it('is read at any depth', () => {
    let deep: object = { url: 'https://deep.test/' };
    for (let depth = 0; depth < 20_000; depth += 1) deep = { deep };

    assert.deepEqual(valuesOf('host', { type: 'unknown.node', parameters: deep }), ['deep.test']);
  });
});
