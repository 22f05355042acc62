import type { Note } from './check-text.ts';
import { checkLength, checkList, checkText } from './check-text.ts';
import type { Fields } from './fields.ts';
import { isFields, listOf } from './fields.ts';
import { slackLimits } from './limits.ts';

const { element: most, confirm: confirmMost } = slackLimits;

const selects = [
  'static_select',
  'multi_static_select',
  'external_select',
  'users_select',
  'multi_users_select',
  'conversations_select',
  'channels_select',
];
const inputs = [
  'plain_text_input',
  'number_input',
  'url_text_input',
  'email_text_input',
  'datepicker',
  'timepicker',
  'datetimepicker',
  'file_input',
];

/** A button, a select, an input. */
export function checkElement(note: Note, path: string, element: unknown): void {
  if (!isFields(element)) return note(path, 'must be an element');
  const type = String(element['type']);
  if (type === 'image') return;
  checkLength(note, `${path}/action_id`, element['action_id'], most.actionId);
  if (element['confirm'] !== undefined) checkConfirm(note, `${path}/confirm`, element['confirm']);
  if (element['placeholder'] !== undefined) {
    checkText(note, `${path}/placeholder`, element['placeholder'], most.placeholder, 'plain_text');
  }
  if (type === 'button') return checkButton(note, path, element);
  if (type === 'overflow') return checkOptions(note, path, element, most.overflowOptions);
  if (type === 'checkboxes' || type === 'radio_buttons') {
    return checkOptions(note, path, element, most.choices);
  }
  if (type.endsWith('static_select')) return checkOptions(note, path, element, most.options);
  if (selects.includes(type)) return;
  if (!inputs.includes(type)) return note(path, `unsupported element type ${type}`);
  if (element['initial_value'] !== undefined) {
    checkLength(note, `${path}/initial_value`, element['initial_value'], most.initialValue);
  }
}

function checkButton(note: Note, path: string, button: Fields): void {
  checkText(note, `${path}/text`, button['text'], most.buttonText, 'plain_text');
  if (button['value'] !== undefined) {
    checkLength(note, `${path}/value`, button['value'], most.buttonValue);
  }
  if (button['url'] !== undefined) checkLength(note, `${path}/url`, button['url'], most.url);
  const { style } = button;
  if (style !== undefined && style !== 'primary' && style !== 'danger') {
    note(`${path}/style`, 'must be primary or danger');
  }
}

function checkOptions(note: Note, path: string, element: Fields, atMost: number): void {
  const groups = listOf(element['option_groups']);
  if (groups.length > 0) {
    checkList(note, `${path}/option_groups`, groups, most.options);
    for (const group of groups) checkOptions(note, path, group, atMost);
    return;
  }
  checkList(note, `${path}/options`, element['options'], atMost);
  const values = new Set<unknown>();
  for (const [index, option] of listOf(element['options']).entries()) {
    const place = `${path}/options/${index}`;
    checkText(note, `${place}/text`, option['text'], most.optionText);
    checkLength(note, `${place}/value`, option['value'], most.optionValue);
    if (values.has(option['value'])) note(`${place}/value`, 'must be unique');
    values.add(option['value']);
  }
}

function checkConfirm(note: Note, path: string, confirm: unknown): void {
  if (!isFields(confirm)) return note(path, 'must be a confirmation');
  checkText(note, `${path}/title`, confirm['title'], confirmMost.title, 'plain_text');
  checkText(note, `${path}/text`, confirm['text'], confirmMost.text);
  checkText(note, `${path}/confirm`, confirm['confirm'], confirmMost.button, 'plain_text');
  checkText(note, `${path}/deny`, confirm['deny'], confirmMost.button, 'plain_text');
}
