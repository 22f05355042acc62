import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { buttonsOf } from '../domain/button.ts';
import { formPicks } from './form-pick.ts';
import { formFor } from './form.ts';
import { registry } from './registry.ts';

function picked(line: string, name: string): readonly string[] {
  const command = registry.find((one) => one.name === name);
  assert.ok(command);
  return formPicks(command, line).map((pick) => pick.line);
}

describe('the form of a line that lacks something', () => {
  it('is a button that opens it, with what the line gave already', () => {
    assert.deepEqual(picked('declare sev:2', 'declare'), ['declare sev:2 …']);
    const line = 'declare sev:2 …';
    const picks = [{ label: 'Fill in the form', line }];
    const reply = {
      kind: 'problem',
      code: 'bad_input',
      message: '',
      candidates: [],
      picks,
    } as const;
    assert.deepEqual(
      buttonsOf(reply).map(({ kind }) => kind),
      ['ask'],
    );
    const fields = formFor(registry, line)?.fields ?? [];
    assert.equal(fields.find(({ id }) => id === 'severity')?.value, '2');
  });

  it('is begun anew where the line is too long or is not begun with the verb', () => {
    const long = `role assign ${'x'.repeat(90)}`;
    assert.deepEqual(picked(long, 'role assign'), ['role assign …']);
    assert.deepEqual(picked('/ir declare', 'declare'), ['declare …']);
  });

  it('is none where nothing is lacking', () => {
    assert.deepEqual(picked('status in:INC-99', 'status'), []);
    assert.deepEqual(picked('log add the CFO was told at:99:99', 'log add'), []);
  });
});
