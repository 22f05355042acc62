import type {
  InputBlock,
  KnownBlock,
  ModalView,
  PlainTextOption,
  SectionBlock,
} from '@slack/types';
import { z } from 'zod';

import type { Field, Filled, Form } from '../../domain/form.ts';
import { shownAs } from '../field.ts';
import { writtenShort } from '../fit.ts';
import { onOneLine } from '../shown.ts';
import { modalBudget as budget } from './budgets.ts';

/** What a modal says of itself when it comes back. */
export type ModalReturn = {
  /** At most 255. */
  readonly callbackId: string;
  /** At most 3,000. */
  readonly metadata: string;
};

const actionId = 'value';

/** A form as a modal, filled in as far as the form is. */
export function renderSlackForm(form: Form, { callbackId, metadata }: ModalReturn): ModalView {
  const blocks = form.fields.slice(0, budget.blocks).map(inputOf);
  return {
    type: 'modal',
    callback_id: callbackId,
    private_metadata: metadata,
    title: plainText(form.title, budget.title),
    submit: plainText('Say it', budget.title),
    close: plainText('Cancel', budget.title),
    blocks: blocks.length === 0 ? [nothingToFill] : blocks,
  };
}

const nothingToFill: SectionBlock = {
  type: 'section',
  text: plainText('There is nothing to fill in.', budget.hint),
};

function inputOf(field: Field): KnownBlock {
  return {
    type: 'input',
    block_id: field.id,
    label: plainText(field.label, budget.label),
    ...(field.hint === undefined ? {} : { hint: plainText(field.hint, budget.hint) }),
    optional: !field.required,
    element: elementOf(field),
  };
}

function elementOf(field: Field): InputBlock['element'] {
  const shown = shownAs(field, budget);
  switch (shown.kind) {
    case 'tick': {
      const yes = option('yes', 'Yes');
      const ticked = field.value === 'yes' ? { initial_options: [yes] } : {};
      return { type: 'checkboxes', action_id: actionId, options: [yes], ...ticked };
    }
    case 'list': {
      const options = shown.choices.map((choice) => option(choice));
      const chosen = options.find((one) => one.value === field.value);
      const initial = chosen === undefined ? {} : { initial_option: chosen };
      return { type: 'static_select', action_id: actionId, options, ...initial };
    }
    case 'input':
      return {
        type: 'plain_text_input',
        action_id: actionId,
        multiline: shown.isLong,
        max_length: shown.charactersAtMost,
        ...(shown.filled === '' ? {} : { initial_value: shown.filled }),
      };
  }
}

function option(value: string, label = value): PlainTextOption {
  return { value, text: plainText(label, budget.choice) };
}

function plainText(text: string, most: number) {
  const short = writtenShort(text, most, onOneLine);
  return { type: 'plain_text', text: short || '–', emoji: false } as const;
}

const answer = z.object({
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
  selected_options: z.array(z.object({ value: z.string() })).nullish(),
});
const answers = z.object({
  values: z.record(z.string(), z.object({ [actionId]: answer }).loose()),
});

/** What a person filled in, from the `state` of the view that came back. */
export function readSlackForm(state: unknown): Filled {
  const { values } = answers.parse(state);
  const filled = Object.entries(values).map(([id, { [actionId]: given }]) => {
    const value =
      given.value ?? given.selected_option?.value ?? given.selected_options?.[0]?.value ?? '';
    return [id, value] as const;
  });
  return Object.fromEntries(filled.filter(([, value]) => value !== ''));
}
