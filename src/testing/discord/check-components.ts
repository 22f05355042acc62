import type { Complaint, Raw } from './limits.ts';
import {
  badChoice,
  badLength,
  charactersOf,
  discordLimits,
  isRaw,
  rawsOf,
  required,
  textWithin,
} from './limits.ts';

/** The numbers Discord gives to the kinds of components. */
export const componentKinds = {
  row: 1,
  button: 2,
  select: 3,
  input: 4,
  userSelect: 5,
  roleSelect: 6,
  mentionableSelect: 7,
  channelSelect: 8,
  section: 9,
  text: 10,
  thumbnail: 11,
  gallery: 12,
  file: 13,
  separator: 14,
  container: 17,
  label: 18,
} as const;

const kinds = componentKinds;
const selects: readonly unknown[] = [3, 5, 6, 7, 8];
const onlyInV2: readonly unknown[] = [9, 10, 11, 12, 13, 14, 17];

/** What may stand directly in what. */
const mayHold: Readonly<Record<number, readonly unknown[]>> = {
  [kinds.row]: [kinds.button, ...selects],
  [kinds.container]: [1, 9, 10, 12, 13, 14],
  [kinds.section]: [kinds.text],
};

type Found = { readonly component: Raw; readonly path: Complaint['path'] };

/** Every component of a list, nested ones and accessories included, with where it stands. */
export function everyComponent(
  list: unknown,
  path: Complaint['path'] = ['components'],
): readonly Found[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((component: unknown, index) => {
    if (!isRaw(component)) return [];
    const here = [...path, index];
    const { accessory } = component;
    return [
      { component, path: here },
      ...everyComponent(component['components'], [...here, 'components']),
      ...(isRaw(accessory) ? [{ component: accessory, path: [...here, 'accessory'] }] : []),
    ];
  });
}

/** What is wrong with the components of a message. */
export function checkComponents(
  list: unknown,
  around: { readonly isV2: boolean; readonly files: readonly string[] },
): readonly Complaint[] {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) {
    return [{ path: ['components'], code: 'LIST_TYPE_CONVERT', message: 'Only lists.' }];
  }
  const all = everyComponent(list);
  return [
    ...checkTop(list, around.isV2),
    ...checkCount(all, around.isV2),
    ...all.flatMap((found) => checkOne(found, around)),
    ...checkTwins(all),
  ];
}

function checkTop(list: readonly unknown[], isV2: boolean): readonly Complaint[] {
  const top: readonly unknown[] = isV2 ? [1, 9, 10, 12, 13, 14, 17] : [1];
  const odd = list.flatMap((one, index) =>
    isRaw(one) && top.includes(one['type'])
      ? []
      : [
          badChoice(
            ['components', index, 'type'],
            `Value of field "type" must be one of (${top.join(', ')}).`,
          ),
        ],
  );
  const tooMany = !isV2 && list.length > discordLimits.rows;
  return [...odd, ...(tooMany ? [badLength(['components'], 0, discordLimits.rows)] : [])];
}

function checkCount(all: readonly Found[], isV2: boolean): readonly Complaint[] {
  if (!isV2) return [];
  const texts = all.filter(({ component }) => component['type'] === kinds.text);
  const characters = texts.reduce((sum, one) => sum + charactersOf(one.component['content']), 0);
  return [
    ...(all.length > discordLimits.components
      ? [badLength(['components'], 1, discordLimits.components)]
      : []),
    ...(characters > discordLimits.textCharacters
      ? [
          {
            path: ['components'],
            code: 'COMPONENT_MAX_TOTAL_TEXT_LENGTH',
            message: `The text of all components is over ${discordLimits.textCharacters}.`,
          },
        ]
      : []),
  ];
}

function checkOne(
  { component, path }: Found,
  around: { readonly isV2: boolean; readonly files: readonly string[] },
): readonly Complaint[] {
  const { type } = component;
  if (onlyInV2.includes(type) && !around.isV2) {
    return [badChoice([...path, 'type'], 'Needs the flag IS_COMPONENTS_V2.')];
  }
  switch (type) {
    case kinds.row:
      return checkRow(component, path);
    case kinds.button:
      return checkButton(component, path);
    case kinds.select:
      return [...checkCustomId(component, path), ...checkSelect(component, path)];
    case kinds.userSelect:
    case kinds.roleSelect:
    case kinds.mentionableSelect:
    case kinds.channelSelect:
      return checkCustomId(component, path);
    case kinds.text:
      return textWithin(component['content'], [...path, 'content'], {
        max: discordLimits.textCharacters,
      });
    case kinds.section:
      return [...checkHeld(component, path, 1, 3), ...checkAccessory(component, path)];
    case kinds.container:
      return checkHeld(component, path, 1, discordLimits.components);
    case kinds.file:
      return checkFile(component, path, around.files);
    case kinds.gallery:
      return checkGallery(component, path, around.files);
    case kinds.thumbnail:
    case kinds.separator:
      return [];
    default:
      return [badChoice([...path, 'type'], 'No such component in a message.')];
  }
}

function checkHeld(
  component: Raw,
  path: Complaint['path'],
  min: number,
  max: number,
): readonly Complaint[] {
  const held = rawsOf(component['components']);
  const may = mayHold[Number(component['type'])] ?? [];
  return [
    ...(held.length < min || held.length > max
      ? [badLength([...path, 'components'], min, max)]
      : []),
    ...held.flatMap((one, index) =>
      may.includes(one['type'])
        ? []
        : [
            badChoice(
              [...path, 'components', index, 'type'],
              `Must be one of (${may.join(', ')}).`,
            ),
          ],
    ),
  ];
}

function checkRow(row: Raw, path: Complaint['path']): readonly Complaint[] {
  const held = rawsOf(row['components']);
  const selectsHere = held.filter(({ type }) => selects.includes(type)).length;
  const mixed = selectsHere > 0 && held.length > 1;
  return [
    ...checkHeld(row, path, 1, discordLimits.buttonsInRow),
    ...(mixed ? [badChoice([...path, 'components'], 'A select fills its row.')] : []),
  ];
}

function checkButton(button: Raw, path: Complaint['path']): readonly Complaint[] {
  const { style, label, emoji, url } = button;
  const isLink = style === 5;
  const isHttp = typeof url === 'string' && /^https?:\/\//.test(url);
  return [
    ...(typeof style === 'number' && style >= 1 && style <= 5
      ? []
      : [badChoice([...path, 'style'], 'Value of field "style" must be one of (1, 2, 3, 4, 5).')]),
    ...(label === undefined && emoji === undefined ? [required([...path, 'label'])] : []),
    ...textWithin(label, [...path, 'label'], { min: 0, max: discordLimits.buttonLabelCharacters }),
    ...(isLink
      ? textWithin(url, [...path, 'url'], { max: discordLimits.urlCharacters })
      : checkCustomId(button, path)),
    ...(isLink && !isHttp ? [badChoice([...path, 'url'], 'Scheme must be http or https.')] : []),
    ...(isLink && button['custom_id'] !== undefined
      ? [badChoice([...path, 'custom_id'], 'A link has no custom id.')]
      : []),
  ];
}

function checkCustomId(component: Raw, path: Complaint['path']): readonly Complaint[] {
  return textWithin(component['custom_id'], [...path, 'custom_id'], {
    max: discordLimits.customIdCharacters,
  });
}

/** Also of a modal, where it stands in a label. */
export function checkSelect(select: Raw, path: Complaint['path']): readonly Complaint[] {
  const options = rawsOf(select['options']);
  const max = discordLimits.selectOptionCharacters;
  const values = options.map(({ value }) => value);
  return [
    ...(options.length < 1 || options.length > discordLimits.selectOptions
      ? [badLength([...path, 'options'], 1, discordLimits.selectOptions)]
      : []),
    ...options.flatMap((option, index) => [
      ...textWithin(option['label'], [...path, 'options', index, 'label'], { max }),
      ...textWithin(option['value'], [...path, 'options', index, 'value'], { max }),
      ...textWithin(option['description'], [...path, 'options', index, 'description'], {
        min: 0,
        max,
      }),
    ]),
    ...(new Set(values).size < values.length
      ? [
          {
            path: [...path, 'options'],
            code: 'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
            message: 'The specified option value is already used',
          },
        ]
      : []),
    ...textWithin(select['placeholder'], [...path, 'placeholder'], {
      min: 0,
      max: discordLimits.placeholderCharacters,
    }),
  ];
}

function checkAccessory(section: Raw, path: Complaint['path']): readonly Complaint[] {
  const { accessory } = section;
  if (!isRaw(accessory)) return [required([...path, 'accessory'])];
  const may = accessory['type'] === kinds.button || accessory['type'] === kinds.thumbnail;
  return may ? [] : [badChoice([...path, 'accessory', 'type'], 'Must be one of (2, 11).')];
}

function checkFile(
  component: Raw,
  path: Complaint['path'],
  files: readonly string[],
): readonly Complaint[] {
  const media = component['file'];
  const url = isRaw(media) ? media['url'] : undefined;
  const there = typeof url === 'string' && files.some((name) => url === `attachment://${name}`);
  return there ? [] : [badChoice([...path, 'file', 'url'], 'No such attachment.')];
}

function checkGallery(
  gallery: Raw,
  path: Complaint['path'],
  files: readonly string[],
): readonly Complaint[] {
  const items = rawsOf(gallery['items']);
  return [
    ...(items.length < 1 || items.length > 10 ? [badLength([...path, 'items'], 1, 10)] : []),
    ...items.flatMap(({ media, description }, index) => [
      ...checkFile({ file: media }, [...path, 'items', index], files),
      ...textWithin(description, [...path, 'items', index, 'description'], { min: 0, max: 1_024 }),
    ]),
  ];
}

function checkTwins(all: readonly Found[]): readonly Complaint[] {
  const seen = new Set<unknown>();
  return all.flatMap(({ component, path }) => {
    const id = component['custom_id'];
    if (id === undefined || !seen.has(id)) {
      seen.add(id);
      return [];
    }
    const code = 'COMPONENT_CUSTOM_ID_DUPLICATED';
    return [
      { path: [...path, 'custom_id'], code, message: 'Component custom id cannot be duplicated' },
    ];
  });
}
