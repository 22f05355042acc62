import type { Fields } from './fields.ts';
import { at, isFields, listOf, textAt } from './fields.ts';
import type { StandingMessage, Whisper } from './state.ts';

/** The newest button with this label, and what it stands in. */
export function buttonIn(
  messages: readonly (StandingMessage | Whisper)[],
  label: string,
): { shown: StandingMessage | Whisper; button: Fields; blockId: unknown } {
  for (const shown of messages.toReversed()) {
    for (const block of listOf(shown.blocks)) {
      const accessory = block['accessory'];
      const elements = [...listOf(block['elements']), ...(isFields(accessory) ? [accessory] : [])];
      const button = elements.find(
        (one) => one['type'] === 'button' && textAt(one, 'text', 'text') === label,
      );
      if (button !== undefined) return { shown, button, blockId: block['block_id'] ?? 'auto' };
    }
  }
  throw new Error(`No button says ${label}.`);
}

/** The state of a modal's inputs, by label; a choice by what it shows or its value. */
export function filledIn(
  blocks: readonly Fields[],
  given: Readonly<Record<string, string>>,
): Fields {
  const left = new Set(Object.keys(given));
  const values = blocks
    .filter(({ type }) => type === 'input')
    .map((block) => {
      const label = textAt(block, 'label', 'text');
      const value = given[label] ?? standing(block);
      left.delete(label);
      if (value === '' && block['optional'] !== true) throw new Error(`${label} is required.`);
      const id = textAt(block, 'element', 'action_id');
      return [block['block_id'], { [id]: answered(block, value) }];
    });
  if (left.size > 0) throw new Error(`The modal does not ask for ${[...left].join(', ')}.`);
  return Object.fromEntries(values);
}

/** What stands in an input before anybody has touched it, which Slack submits all the same. */
function standing(block: Fields): string {
  const [ticked] = listOf(at(block, 'element', 'initial_options'));
  return (
    textAt(block, 'element', 'initial_value') ||
    textAt(block, 'element', 'initial_option', 'value') ||
    (ticked === undefined ? '' : textAt(ticked, 'value'))
  );
}

function answered(block: Fields, value: string): Fields {
  const type = textAt(block, 'element', 'type');
  const options = listOf(at(block, 'element', 'options'));
  const option = options.find(
    (one) => one['value'] === value || textAt(one, 'text', 'text') === value,
  );
  if (type === 'checkboxes') return { type, selected_options: option ? [option] : [] };
  if (type === 'static_select' || type === 'radio_buttons') {
    if (value !== '' && option === undefined) throw new Error(`There is no choice ${value}.`);
    return { type, selected_option: option ?? null };
  }
  return { type, value: value === '' ? null : value };
}
