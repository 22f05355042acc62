import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aShell, aView, scriptedEntrance } from '../testing/shell.ts';

const graph = {
  nodes: [{ id: 'a', kind: 'workflow' as const, ref: 'w1', label: 'Charge <cards>' }],
  edges: [],
  omissions: ['1 host of w1 known only at run time, hence not drawn.'],
};
const drawn = aView({ title: 'Around w1: 1 workflow', blocks: [{ kind: 'graph', graph }] });

function shellFor(line: string, reply = drawn) {
  const entrance = scriptedEntrance({ [line]: [reply] });
  return { entrance, shell: aShell({ entrance }) };
}

describe('firebreak picture', () => {
  it('writes what scope graph answers as SVG, and says what is not in it', async () => {
    const { shell, entrance } = shellFor('scope graph w1 c3');
    assert.equal(await shell.run('picture', 'w1', 'c3', '--out', 'blast.svg'), 0);
    assert.match(shell.files.get('blast.svg') ?? '', /^<svg .*Charge &lt;cards&gt;.*<\/svg>$/s);
    assert.match(shell.out, /^Wrote blast\.svg\. Around w1: 1 workflow\n! 1 host of w1 known only/);
    assert.equal(entrance.closed(), 1);
  });

  it('writes a PNG when the file is called so, and tells when it cannot show a name', async () => {
    const node = { id: 'a', kind: 'host' as const, label: '漢.example' };
    const block = { kind: 'graph' as const, graph: { nodes: [node], edges: [], omissions: [] } };
    const { shell } = shellFor('scope graph', { ...drawn, blocks: [block] });
    assert.equal(await shell.run('picture', '--out', 'blast.PNG'), 0);
    assert.match(shell.files.get('blast.PNG') ?? '', /^PNG of <svg /);
    assert.match(shell.out, /characters that the PNG cannot show/);
  });

  it('takes a query as one argument, as a shell passes it', async () => {
    const { shell } = shellFor('scope graph credential:"Stripe live"');
    assert.equal(await shell.run('picture', 'credential:"Stripe live"', '--out', 'a.svg'), 0);
  });

  it('refuses another ending before it asks anything, and never overwrites', async () => {
    const { shell, entrance } = shellFor('scope graph w1');
    assert.equal(await shell.run('picture', 'w1', '--out', 'blast.jpg'), 2);
    assert.match(shell.err, /ends in \.svg or \.png/);
    assert.deepEqual(entrance.lines, []);
    shell.files.set('blast.svg', 'kept');
    assert.equal(await shell.run('picture', 'w1', '--out', 'blast.svg'), 1);
    assert.equal(shell.files.get('blast.svg'), 'kept');
  });

  it('says why when there is nothing to draw', async () => {
    const entrance = scriptedEntrance({
      'scope graph w9': [
        { kind: 'problem', code: 'not_found', message: 'No such workflow.', candidates: [] },
      ],
    });
    const shell = aShell({ entrance });
    assert.equal(await shell.run('picture', 'w9', '--out', 'blast.svg'), 1);
    assert.match(shell.err, /No such workflow/);
    assert.equal(shell.files.size, 0);
  });
});
