import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';

import type { Block, Problem, Reply, View } from '../../domain/reply.ts';
import { inline } from '../../domain/spans.ts';
import { aPerson } from '../../testing/containment.ts';
import { aView } from '../../testing/replies.ts';
import { foreignMarkup, hostileNames } from '../../testing/xss.ts';
import { answerFragment, homePage, incidentPage, incidentPanels, signInPage } from './console.ts';

const person = aPerson();

/** Every kind of block, with this text wherever text can stand. */
function everywhere(text: string): readonly Block[] {
  return [
    { kind: 'text', text: `${text} and \`${text}\`` },
    { kind: 'warning', text },
    {
      kind: 'fields',
      fields: [
        [text, text],
        ['state', text],
      ],
    },
    { kind: 'table', columns: [text, 'incident', 'ref', 'plan'], rows: [[text, text, text, text]] },
    { kind: 'list', items: [text] },
    { kind: 'code', text },
    {
      kind: 'graph',
      graph: {
        nodes: [
          { id: 'a', kind: 'workflow', ref: text, label: text, state: 'affected' },
          { id: 'b', kind: 'host', label: text },
        ],
        edges: [{ from: 'a', to: 'b', label: text }],
        omissions: [text],
      },
    },
  ];
}

function hostileView(text: string): View {
  return aView({
    title: text,
    blocks: everywhere(text),
    next: [text, `say ${text} …`, `firebreak ${text}`],
    data: { plans: [{ name: text }], states: `1 ${text}, 1 verified` },
  });
}

function hostileProblem(text: string): Problem {
  return {
    kind: 'problem',
    code: 'bug',
    message: text,
    hint: `e.g. \`${text}\` ${text}`,
    candidates: [text],
    reference: text,
  };
}

describe('a page of the console', () => {
  const at = new Date('2026-03-29T01:59:58Z');

  it('tells as of when it is, for whoever has no script to keep it up to date', () => {
    const home = homePage({ person, at, panels: [], line: '' });
    assert.match(home, /role="status">As of 01:59:58 UTC; reload to see what is new</);
  });

  for (const name of hostileNames) {
    it(`shows ${JSON.stringify(name)} as text wherever it stands`, async () => {
      const view = hostileView(name);
      const panels = await incidentPanels(
        'INC-1',
        () => Promise.resolve(view),
        () => true,
      );
      const pages = [
        incidentPage('INC-1', {
          person,
          at,
          panels,
          line: name,
          said: { line: name, reply: view },
        }),
        homePage({ person, at, panels, line: name }),
        signInPage(hostileProblem(name)),
        answerFragment(name, hostileProblem(name)),
      ];
      for (const page of pages) {
        assert.deepEqual(foreignMarkup(page), []);
        // A button says the very line; what is read shows what it is.
        const read = page.replaceAll(/="[^"]*"/g, '');
        assert.equal(/[\u202E\u200B\u2028]/.test(read), false);
      }
    });
  }

  it('is read as strictly as it is written: the corpus itself does not pass', () => {
    const live = hostileNames.filter((name) => /<[a-z/!]/.test(name));
    for (const name of live) assert.notDeepEqual(foreignMarkup(`<p>${name}</p>`), []);
  });
});

/** The bar of a plan whose workflows stand so; undefined where there is none. */
async function barOf(states: string, purpose = 'contain'): Promise<string | undefined> {
  const stopped = { ref: 'w1', lever: 'stop', state: 'verified' };
  const disabled = { ref: 'w1', lever: 'disable', state: 'pending' };
  const plan = aView({ data: { plan: { purpose }, states, actions: [disabled, stopped] } });
  const status = aView({ data: { plans: [{ name: 'P-1' }] } });
  const panels = await incidentPanels(
    'INC-1',
    (line) => Promise.resolve(line.startsWith('contain status') ? plan : status),
    () => false,
  );
  const { html = '' } = panels.find(({ id }) => id === 'plans') ?? {};
  return html.match(/viewBox="[^"]*"|<rect class="\w+" x="\d+"[^>]* width="\d+"/g)?.join(' ');
}

describe('the bar of a plan', () => {
  it('counts workflows, as the words beside it do, and not what was done to each', async () => {
    const bar = await barOf('1 contradicted, 3 verified');
    assert.match(
      bar ?? '',
      /^viewBox="0 0 4 1" <rect class="verified" x="0".* width="3" <rect class="contradicted" x="3".* width="1"$/,
    );
    assert.doesNotMatch((await barOf('4 pending')) ?? '', /verified/);
  });

  it('shows no undo as contained', async () => {
    assert.match((await barOf('4 verified', 'undo')) ?? '', /class="undone"/);
  });

  it('is not there before the plan was run', async () => {
    assert.equal(await barOf('4 planned'), undefined);
  });
});

describe('the panel of runbooks', () => {
  it('leads to the page of the runbook, at the step where the run stands', async () => {
    const data = { run: { runbook: 'rogue-workflow' }, step: { id: 'seal' } };
    const html = await runbookPanel(aView({ data }));
    assert.match(
      html,
      /<a href="\/runbooks\/rogue-workflow#step-seal">The whole of rogue-workflow/,
    );
    assert.match(html, /<a href="\/runbooks">all runbooks/);
  });

  it('leads to all runbooks where none was started', async () => {
    const message = 'None runs.';
    const html = await runbookPanel({
      kind: 'problem',
      code: 'not_found',
      message,
      candidates: [],
    });
    assert.match(html, /None runs\..*<a href="\/runbooks">All runbooks/s);
  });

  it('shows every run with its own buttons where several are running', async () => {
    const say = (line: string): Promise<Reply> => {
      const [, run] = /^runbook show (R-\d) /.exec(line) ?? [];
      if (!line.startsWith('runbook show')) return Promise.resolve(aView());
      if (run === undefined) return Promise.resolve(several);
      const next = [`runbook done run:${run} step:1`];
      return Promise.resolve(aView({ title: `${run} Leaked credential, step 1`, next }));
    };
    const panels = await incidentPanels('INC-1', say, () => true);
    const { html = '' } = panels.find(({ id }) => id === 'runbook') ?? {};
    assert.match(html, /value="runbook done run:R-1 step:1".*value="runbook done run:R-2 step:1"/s);
    assert.doesNotMatch(html, /role="alert"/);
    assert.match(html, /title="runbook done run:R-1 step:1">Done<\/button>/);
  });
});

async function runbookPanel(shows: Reply): Promise<string> {
  const panels = await incidentPanels(
    'INC-1',
    (line) => Promise.resolve(line.startsWith('runbook show') ? shows : aView()),
    () => true,
  );
  return panels.find(({ id }) => id === 'runbook')?.html ?? '';
}

const several: Reply = {
  kind: 'problem',
  code: 'ambiguous',
  message: 'Several runbooks are running in INC-1.',
  candidates: ['run:R-2 Leaked credential', 'run:R-1 Leaked credential'],
};

describe('an answer', () => {
  it('has a button for a complete line, and fills in one that waits for something', () => {
    const html = answerFragment(
      'status',
      aView({
        next: [
          'contain run P-1',
          'log add …',
          'contain plan <query>',
          'runbook skip … run:R-1',
          'firebreak verify x',
        ],
      }),
    );
    assert.match(html, /<button form="quick" name="line" value="contain run P-1">/);
    assert.match(html, /data-fill="log add "/);
    assert.match(html, /data-fill="contain plan "/);
    assert.match(html, /data-fill="runbook skip {2}run:R-1" data-at="13"/);
    assert.match(html, /<code class="shell">firebreak verify x/);
  });

  it('fills in the whole line of what may have been meant', () => {
    const html = answerFragment('runbook done', {
      kind: 'problem',
      code: 'ambiguous',
      message: 'Several runbooks are running in INC-1.',
      candidates: ['run:R-2 Leaked credential', 'Charge'],
      picks: [{ label: 'run:R-2 Leaked credential', line: 'runbook done run:R-2' }],
    });
    assert.match(html, /data-fill="runbook done run:R-2".*run:R-2 Leaked credential</);
    assert.match(html, /data-fill="Charge"/);
  });

  it('offers to type what is ours, and nothing that a foreign name holds', () => {
    const html = answerFragment(
      'status',
      aView({
        blocks: [{ kind: 'text', text: inline`${'Charge `contain run P-9`'}: \`scope show w1\`` }],
      }),
    );
    assert.match(html, /data-fill="scope show w1"/);
    assert.match(html, /Charge `contain run P-9`: /);
    assert.doesNotMatch(html, /data-fill="contain run P-9"/);
  });

  it('shows a problem with its hint, candidates and reference', () => {
    const html = answerFragment('x', {
      kind: 'problem',
      code: 'bug',
      message: 'It broke.',
      hint: 'e.g. `status INC-1`',
      candidates: ['status'],
      reference: 'ab12',
    });
    for (const part of [/role="alert"/, /It broke\./, /data-fill="status INC-1"/, /ab12/]) {
      assert.match(html, part);
    }
    assert.match(html, /<li><a class="line"[^>]*data-fill="status"/);
  });

  it('tells states by a sign and a word, in columns of states only', () => {
    const rows = [['verified 3 s ago', 'verified 3 s ago']];
    const columns = ['workflow', 'disabled'];
    const html = answerFragment('x', aView({ blocks: [{ kind: 'table', columns, rows }] }));
    assert.equal(html.match(/✓<\/span> verified<\/span> 3 s ago/g)?.length, 1);
    assert.match(html, /data-label="workflow">verified 3 s ago</);
  });

  it('has each colour of a picture for dark pages too', async () => {
    const states = ['affected', 'contained', 'active', 'inactive', undefined] as const;
    const labels = ['starts', 'calls', 'on error', 'uses', 'sends to (live only)', 'owns'];
    const nodes = states.map((state, index) => ({
      id: `n${index}`,
      kind: 'workflow' as const,
      label: 'One',
      ...(state === undefined ? {} : { state }),
    }));
    const edges = labels.map((label) => ({ from: 'n0', to: 'n1', label }));
    const graph = { nodes, edges, omissions: ['One more.'] };
    const html = answerFragment('x', aView({ blocks: [{ kind: 'graph', graph }] }));
    const css = await readFile(new URL('assets/console.css', import.meta.url), 'utf8');
    const used = new Set(html.match(/(?:fill|stroke)="#[0-9a-f]{6}"/g));
    assert.ok(used.size > 15);
    for (const one of used) assert.ok(css.includes(`[${one.replaceAll('"', "'")}]`), one);
  });

  it('keeps each reference whole where a line is narrow', () => {
    const rows = [['w3 calls w45 of P-2', 'w45']];
    const html = answerFragment(
      'x',
      aView({ blocks: [{ kind: 'table', columns: ['why', 'ref'], rows }] }),
    );
    assert.match(
      html,
      /><span class="whole">w3<\/span> calls <span class="whole">w45<\/span> of P-2<\/td>/,
    );
    const fields = [['about', 'new45 w-1 w45b']] as const;
    const name = answerFragment('x', aView({ blocks: [{ kind: 'fields', fields }] }));
    assert.doesNotMatch(name, /whole/);
  });

  it('has no tick for a plan that ended, however it ended', () => {
    const fields = [['state', 'finished']] as const;
    const html = answerFragment('x', aView({ blocks: [{ kind: 'fields', fields }] }));
    assert.match(html, /finished/);
    assert.doesNotMatch(html, /✓/);
  });

  it('cuts what is very long, and says how much is missing', () => {
    const html = answerFragment('x', aView({ title: 'n'.repeat(5_000) }));
    assert.match(html, /…\(\+3000\)/);
  });
});
