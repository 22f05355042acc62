import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import {
  aPlaybook,
  end,
  first,
  hash,
  jsonOf,
  manual,
  second,
  start,
  uuid,
} from '../../testing/cacao.ts';
import { importPlaybook } from './import.ts';

function imported(playbook: unknown) {
  const made = importPlaybook(jsonOf(playbook), 'p.json', hash);
  assert.ok(made.kind === 'good', JSON.stringify(made));
  return made;
}

function findings(text: string): readonly string[] {
  const made = importPlaybook(text, 'p.json', hash);
  assert.ok(made.kind === 'bad', 'it is refused');
  return made.findings.map(
    ({ file, line, column, text: said }) => `${file}:${line}:${column} ${said}`,
  );
}

/** One whose only action has these parts. */
function withStep(step: object): string {
  return jsonOf(aPlaybook({ [first]: { ...manual('Look', end), ...step } }));
}

describe('a hostile playbook', () => {
  const good = aPlaybook({ [first]: manual('Look', end) });

  it('is good before it is made hostile', () => {
    assert.equal(imported(good).runbook.steps.length, 1);
  });

  it('is refused at file, line and place, and what it says is not repeated', () => {
    const refused: readonly (readonly [string, RegExp])[] = [
      [
        withStep({ description: 'Use {{secrets.x}}.' }),
        /^p\.json:\d+:\d+ workflow\.action--1+-.*description: Nothing fills in/,
      ],
      [
        withStep({ commands: [{ type: 'bash', command: 'echo {{secrets.x}}' }] }),
        /commands\.0\.command: Nothing fills in/,
      ],
      [
        withStep({
          commands: [
            { type: 'bash', command_b64: Buffer.from('{{secrets.x}}').toString('base64') },
          ],
        }),
        /commands\.0: Nothing fills in/,
      ],
      [
        withStep({ commands: [{ type: 'bash', command_b64: '/////w==' }] }),
        /command_b64: This is no text/,
      ],
      [withStep({ description: 'a <script>alert(1)</script>' }), /description: Raw HTML/],
      [
        withStep({ name: 'admin\u202egnp.exe' }),
        /name: This text holds characters that nobody sees/,
      ],
      [withStep({ description: '[click](javascript:alert(1))' }), /This link is not https/],
      [withStep({ description: '> '.repeat(40) + 'x' }), /nested too deeply/],
      [withStep({ description: 'x'.repeat(10_001) }), /longer than 10000/],
      [withStep({ on_completion: second }), /on_completion: There is no such step/],
      [withStep({ on_completion: first }), /Nothing leads to this step/],
      [withStep({ on_completion: start }), /Nothing leads back to a start/],
      [withStep({ mood: 1 }), /“mood” is nothing that can stand here/],
      [
        jsonOf(aPlaybook({ [first]: manual('Look', end), [second]: manual('Alone', end) })),
        /Nothing leads to this step/,
      ],
      [
        jsonOf(good).replace('"name"', '"__proto__": { "polluted": 1 }, "name"'),
        /No key may be called __proto__/,
      ],
      [
        jsonOf(good).replace('"name"', '"\\u005f_proto__": 1, "name"'),
        /No key may be called __proto__/,
      ],
      [jsonOf(good).replace('"name"', '"name": "x", "name"'), /This key is there twice/],
      [jsonOf(good).replace('"type"', 'type'), /^p\.json:2:3 Here it is no JSON/],
      ['['.repeat(100_000), /nested too deeply/],
      [`[${'1,'.repeat(30_000)}1]`, /at most 20000 values/],
      [' '.repeat(1_000_001), /at most 1 MB/],
      ['"lone \\ud800"', /nobody sees/],
      ['', /no JSON/],
      ['null', /must be keys/],
    ];
    for (const [hostile, expected] of refused) {
      const said = findings(hostile);
      assert.match(said.join('\n'), expected);
      assert.doesNotMatch(said.join('\n'), /secrets|alert|gnp/);
    }
    assert.equal('polluted' in {}, false);
  });

  it('that goes round and round is refused', () => {
    const condition = `if-condition--${uuid('8')}`;
    const said = findings(
      jsonOf(
        aPlaybook({
          [first]: manual('Look', condition),
          [condition]: {
            type: 'if-condition',
            condition: 'x',
            on_true: second,
            on_completion: end,
          },
          [second]: manual('Round', second),
        }),
      ),
    );
    assert.match(said.join(' '), /^p\.json:\d+:\d+ workflow\.action--2.*no way to the end/);
  });

  it('that runs in circles between branches ends', () => {
    const parallel = `parallel--${uuid('9')}`;
    const said = findings(
      jsonOf(
        aPlaybook({
          [first]: manual('Look', parallel),
          [parallel]: { type: 'parallel', next_steps: [first, second], on_completion: second },
          [second]: manual('Two', end),
        }),
      ),
    );
    assert.match(said.join(' '), /runs in circles/);
  });

  it('that claims to be ours is believed nothing that acts', () => {
    const hidden = 'extension-definition--';
    const { text: written } = imported(
      aPlaybook(
        { [first]: manual('Look', end) },
        {
          playbook_extensions: { [`${hidden}${uuid('d')}`]: { kind: 'act', do: 'cred.revoke' } },
        },
      ),
    );
    assert.doesNotMatch(written, /^do:/m);
  });

  it('whatever bytes it is made of, answers with findings', () => {
    fc.assert(
      fc.property(fc.json(), (any) => {
        assert.equal(importPlaybook(any, 'p.json', hash).kind, 'bad');
      }),
    );
    fc.assert(
      fc.property(fc.nat(), fc.string({ maxLength: 3 }), (at, bit) => {
        const whole = jsonOf(good);
        const from = at % whole.length;
        importPlaybook(
          `${whole.slice(0, from)}${bit}${whole.slice(from + bit.length)}`,
          'p.json',
          hash,
        );
      }),
    );
  });
});
