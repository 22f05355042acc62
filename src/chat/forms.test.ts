import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { formFor, lineFrom } from '../commands/form.ts';
import { registry } from '../commands/registry.ts';
import type { Field, Form } from '../domain/form.ts';
import { checkModal } from '../testing/discord/check-modal.ts';
import { hostileTexts } from '../testing/hostile-replies.ts';
import { refusalOfView } from '../testing/slack/check-message.ts';
import { pagesOf, renderDiscordForm } from './discord/render-form.ts';
import { readSlackForm, renderSlackForm } from './slack/render-form.ts';

const back = { callbackId: 'form', metadata: '{}' };

function formOf(line: string): Form {
  const form = formFor(registry, line);
  assert.ok(form, line);
  return form;
}

function inDiscord(form: Form) {
  return Array.from({ length: pagesOf(form) }, (_, page) =>
    renderDiscordForm(form, { page, customId: `form:${page}` }),
  );
}

/** A form in which everything is foreign and far too long. */
function hostileForm(text: string): Form {
  const long = text.repeat(40);
  const field = (id: string, rest: Pick<Field, 'ask'>): Field => ({
    id,
    label: long,
    hint: long,
    required: false,
    value: long,
    ...rest,
  });
  return {
    command: 'x',
    title: long,
    fields: [
      field('line', { ask: { kind: 'line', charactersAtMost: 200 } }),
      field('box', { ask: { kind: 'box' } }),
      field('tick', { ask: { kind: 'tick' } }),
      field('few', { ask: { kind: 'choice', choices: ['a', 'b'] } }),
      field('long', { ask: { kind: 'choice', choices: [long, `${long}x`] } }),
      field('many', { ask: { kind: 'choice', choices: Array.from({ length: 300 }, String) } }),
      field('none', { ask: { kind: 'choice', choices: [] } }),
    ],
  };
}

describe('a form in a chat', () => {
  it('is one that Slack and Discord take, for every command', () => {
    for (const { name } of registry) {
      const form = formOf(name);
      assert.equal(refusalOfView(renderSlackForm(form, back)), undefined, name);
      for (const page of inDiscord(form)) assert.deepEqual(checkModal({ ...page }), [], name);
    }
  });

  it('is one that they take, whatever stands in it', () => {
    for (const text of [...hostileTexts, 'x', '\u{1F4A3}']) {
      const form = hostileForm(text);
      assert.equal(refusalOfView(renderSlackForm(form, back)), undefined, text);
      for (const page of inDiscord(form)) assert.deepEqual(checkModal({ ...page }), [], text);
    }
  });

  it('has on its first page in Discord what must be there, and says how many pages there are', () => {
    const form = formOf('role assign');
    const many = { ...form, fields: [...hostileForm('x').fields.slice(0, 4), ...form.fields] };
    const [first, second] = inDiscord(many);
    assert.equal(first?.title, 'Role assign (1 of 2)');
    assert.equal(second?.title, 'Role assign (2 of 2)');
    const ids = first?.components.map((one) =>
      'component' in one && 'custom_id' in one.component ? one.component.custom_id : '',
    );
    assert.deepEqual(ids?.slice(0, 2), ['role', 'who']);
  });

  it('comes back from Slack as what was filled in', () => {
    const [command] = registry.filter(({ name }) => name === 'declare');
    assert.ok(command);
    const filled = readSlackForm({
      values: {
        title: { value: { type: 'plain_text_input', value: 'Stripe key, sev:1 leaked' } },
        severity: { value: { type: 'static_select', selected_option: { value: 'sev2' } } },
        private: { value: { type: 'checkboxes', selected_options: [] } },
        drill: { value: { type: 'checkboxes', selected_options: [{ value: 'yes' }] } },
      },
    });
    assert.deepEqual(filled, {
      title: 'Stripe key, sev:1 leaked',
      severity: 'sev2',
      drill: 'yes',
    });
    assert.equal(
      lineFrom(command, filled),
      'declare severity:sev2 --drill "Stripe key, sev:1 leaked"',
    );
  });
});
