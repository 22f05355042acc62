import { checkSelect, componentKinds } from './check-components.ts';
import type { Complaint, Raw } from './limits.ts';
import { badChoice, badLength, discordLimits, isRaw, rawsOf, textWithin } from './limits.ts';

const kinds = componentKinds;

/** What is wrong with a modal. */
export function checkModal(modal: Raw): readonly Complaint[] {
  const parts = rawsOf(modal['components']);
  const ids = parts.flatMap((part) => inputsOf(part)).map((input) => input['custom_id']);
  return [
    ...textWithin(modal['title'], ['title'], { max: discordLimits.modalTitleCharacters }),
    ...textWithin(modal['custom_id'], ['custom_id'], { max: discordLimits.customIdCharacters }),
    ...(parts.length < 1 || parts.length > discordLimits.modalParts
      ? [badLength(['components'], 1, discordLimits.modalParts)]
      : []),
    ...parts.flatMap((part, index) => checkPart(part, ['components', index])),
    ...(new Set(ids).size < ids.length
      ? [badChoice(['components'], 'Component custom id cannot be duplicated')]
      : []),
  ];
}

/** The inputs of one part: a row with a text input, or a label with whatever. */
export function inputsOf(part: Raw): readonly Raw[] {
  const { component } = part;
  return isRaw(component) ? [component] : rawsOf(part['components']);
}

function checkPart(part: Raw, path: Complaint['path']): readonly Complaint[] {
  if (part['type'] === kinds.text) {
    return textWithin(part['content'], [...path, 'content'], { max: discordLimits.textCharacters });
  }
  if (part['type'] === kinds.label) {
    const { component } = part;
    return [
      ...textWithin(part['label'], [...path, 'label'], { max: discordLimits.inputLabelCharacters }),
      ...textWithin(part['description'], [...path, 'description'], {
        min: 0,
        max: discordLimits.inputDescriptionCharacters,
      }),
      ...(isRaw(component)
        ? checkInput(component, [...path, 'component'], true)
        : [badChoice([...path, 'component'], 'This field is required')]),
    ];
  }
  if (part['type'] !== kinds.row)
    return [badChoice([...path, 'type'], 'Must be one of (1, 10, 18).')];
  const held = rawsOf(part['components']);
  return [
    ...(held.length === 1 ? [] : [badLength([...path, 'components'], 1, 1)]),
    ...held.flatMap((input, index) =>
      input['type'] === kinds.input
        ? checkInput(input, [...path, 'components', index], false)
        : [badChoice([...path, 'components', index, 'type'], 'Must be one of (4).')],
    ),
  ];
}

function checkInput(input: Raw, path: Complaint['path'], inLabel: boolean): readonly Complaint[] {
  const id = textWithin(input['custom_id'], [...path, 'custom_id'], {
    max: discordLimits.customIdCharacters,
  });
  if (input['type'] === kinds.select) return [...id, ...checkSelect(input, path)];
  if (input['type'] !== kinds.input) {
    const isSelect = typeof input['type'] === 'number' && [5, 6, 7, 8].includes(input['type']);
    return isSelect
      ? id
      : [...id, badChoice([...path, 'type'], 'Must be one of (3, 4, 5, 6, 7, 8).')];
  }
  const { max_length: longest = discordLimits.inputCharacters } = input;
  return [
    ...id,
    ...(input['style'] === 1 || input['style'] === 2
      ? []
      : [badChoice([...path, 'style'], 'Must be one of (1, 2).')]),
    ...(inLabel
      ? []
      : textWithin(input['label'], [...path, 'label'], {
          max: discordLimits.inputLabelCharacters,
        })),
    ...(typeof longest === 'number' && longest >= 1 && longest <= discordLimits.inputCharacters
      ? []
      : [badChoice([...path, 'max_length'], `At most ${discordLimits.inputCharacters}.`)]),
    ...textWithin(input['value'], [...path, 'value'], {
      min: 0,
      max: typeof longest === 'number' ? longest : discordLimits.inputCharacters,
    }),
    ...textWithin(input['placeholder'], [...path, 'placeholder'], {
      min: 0,
      max: discordLimits.inputPlaceholderCharacters,
    }),
  ];
}

/** What is wrong with what an autocomplete is answered. */
export function checkChoices(value: unknown): readonly Complaint[] {
  if (!Array.isArray(value)) return [badChoice(['choices'], 'This field is required')];
  const max = discordLimits.choiceCharacters;
  return [
    ...(value.length > discordLimits.choices
      ? [badLength(['choices'], 0, discordLimits.choices)]
      : []),
    ...rawsOf(value).flatMap((choice, index) => [
      ...textWithin(choice['name'], ['choices', index, 'name'], { max }),
      ...(typeof choice['value'] === 'number'
        ? []
        : textWithin(choice['value'], ['choices', index, 'value'], { max })),
    ]),
  ];
}
