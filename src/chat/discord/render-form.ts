import type {
  APILabelComponent,
  APIModalInteractionResponseCallbackData,
  APISelectMenuOption,
  APIStringSelectComponent,
  APITextInputComponent,
} from 'discord-api-types/v10';

import type { Field, Form } from '../../domain/form.ts';
import { shownAs } from '../field.ts';
import { writtenShort } from '../fit.ts';
import { onOneLine } from '../shown.ts';
import { modalBudget as budget } from './budgets.ts';

/** Modals that a form takes: one holds few fields, and cannot follow another at once. */
export function pagesOf(form: Form): number {
  return Math.max(1, Math.ceil(form.fields.length / budget.fields));
}

/** Numbers of the API, so that nothing of discord.js is loaded to draw. */
const component = { select: 3, input: 4, words: 10, label: 18 } as const;
const inputStyles = { line: 1, box: 2 } as const;

/**
 * One page of a form as a modal, filled in as far as the form is.
 *
 * @param page     from 0; what must be there comes first
 * @param customId says what comes back, at most 100 characters
 */
export function renderDiscordForm(
  form: Form,
  { page = 0, customId }: { readonly page?: number; readonly customId: string },
): APIModalInteractionResponseCallbackData {
  const pages = pagesOf(form);
  const fields = form.fields
    .toSorted((a, b) => Number(b.required) - Number(a.required))
    .slice(page * budget.fields, (page + 1) * budget.fields);
  const count = pages === 1 ? '' : ` (${page + 1} of ${pages})`;
  const title = short(form.title, budget.title - count.length);
  return {
    custom_id: customId,
    title: `${title}${count}`,
    components:
      fields.length === 0
        ? [{ type: component.words, content: 'There is nothing to fill in.' }]
        : fields.map(labelOf),
  };
}

function labelOf(field: Field): APILabelComponent {
  return {
    type: component.label,
    label: short(field.label, budget.label),
    ...(field.hint === undefined ? {} : { description: short(field.hint, budget.hint) }),
    component: inputOf(field),
  };
}

function inputOf(field: Field): APIStringSelectComponent | APITextInputComponent {
  const shown = shownAs(field, budget);
  switch (shown.kind) {
    case 'tick':
      return select(field, [chosen('yes', field.value, 'Yes')]);
    case 'list':
      return select(
        field,
        shown.choices.map((choice) => chosen(choice, field.value)),
      );
    case 'input':
      return {
        type: component.input,
        custom_id: field.id,
        style: inputStyles[shown.isLong ? 'box' : 'line'],
        required: field.required,
        max_length: shown.charactersAtMost,
        ...(shown.filled === '' ? {} : { value: shown.filled }),
      };
  }
}

function select(
  { id, required }: Field,
  options: readonly APISelectMenuOption[],
): APIStringSelectComponent {
  return {
    type: component.select,
    custom_id: id,
    options: [...options],
    min_values: required ? 1 : 0,
    max_values: 1,
    required,
  };
}

function chosen(value: string, given: string | undefined, label = value): APISelectMenuOption {
  return {
    value,
    label: short(label, budget.choice),
    ...(value === given ? { default: true } : {}),
  };
}

function short(text: string, most: number): string {
  return writtenShort(text, most, onOneLine).trim() || '–';
}
