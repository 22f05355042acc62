import type {
  APIActionRowComponent,
  APIButtonComponentWithCustomId,
  APIContainerComponent,
  APIStringSelectComponent,
  APITextDisplayComponent,
} from 'discord-api-types/v10';

import type { Reply } from '../../domain/reply.ts';
import type { Card, CardButton, CardOptions, CardTone } from '../card.ts';
import { cardOf } from '../card.ts';
import { fitted, more, moreAtMost, writtenShort } from '../fit.ts';
import { onOneLine } from '../shown.ts';
import { messageBudget as budget } from './budgets.ts';
import { escapedOnOneLine } from './markdown.ts';
import { drawn } from './parts.ts';

/** What is posted: one container, and nobody is mentioned whatever stands in it. */
export type DiscordMessage = {
  /** Components v2; an edit cannot take it back. A surface adds `ephemeral` (64) itself. */
  readonly flags: 32_768;
  readonly components: readonly [APIContainerComponent];
  readonly allowed_mentions: { readonly parse: [] };
};

/** A reply as a Discord message. Foreign text is escaped where markdown is read. */
export function renderDiscord(reply: Reply, options: CardOptions = {}): DiscordMessage {
  return drawDiscord(cardOf(reply, { pressedAtMost, ...options }));
}

/** A card as a Discord message. */
export function drawDiscord(card: Card): DiscordMessage {
  const title = `### ${writtenShort(card.title, budget.title, escapedOnOneLine).trim() || '–'}`;
  const foot = footOf(card);
  const room = {
    characters: budget.characters - title.length - foot.characters - budget.note,
    nodes: Number.POSITIVE_INFINITY,
  };
  const { nodes, left } = fitted(card.parts, room, drawn);
  const body = [
    ...nodes,
    ...(left === 0
      ? []
      : [small(`${more(left, left === 1 ? 'part' : 'parts')}: see ${card.whole}.`)]),
  ];
  const colour = colours[card.tone];
  const container: APIContainerComponent = {
    type: component.container,
    ...(colour === undefined ? {} : { accent_color: colour }),
    components: [
      words(title),
      ...(body.length === 0 ? [] : [words(body.join('\n'))]),
      ...foot.components,
    ],
  };
  return { flags: 32_768, components: [container], allowed_mentions: { parse: [] } };
}

/** Numbers of the API, so that nothing of discord.js is loaded to draw. */
const component = { row: 1, button: 2, select: 3, words: 10, container: 17 } as const;
const buttonStyles = { main: 1, plain: 2, danger: 4 } as const;

/** The edge of the container. What the colour says stands in words or as a sign, too. */
const colours: Readonly<Record<CardTone, number | undefined>> = {
  done: undefined,
  open: 0x3b82f6,
  unverified: 0xeab308,
  failed: 0xdc2626,
  problem: 0xdc2626,
};

/** A row of buttons, and lists below it. */
const pressedAtMost = budget.lists * budget.choices;

type Row = APIActionRowComponent<APIButtonComponentWithCustomId | APIStringSelectComponent>;
type Foot = {
  readonly components: readonly (Row | APITextDisplayComponent)[];
  readonly characters: number;
};

/** Few choices are buttons, and words are; of many lines only what stands out, the others are listed. */
function footOf({ buttons }: Card): Foot {
  const areFew = buttons.length <= budget.buttonsInRow;
  const standing = buttons.filter(({ tone, isWord }) => areFew || isWord || tone !== 'plain');
  const most =
    budget.buttonsInRow * (standing.some(({ isWord }) => isWord) ? budget.rowsOfWords : 1);
  const pressed = standing.slice(0, most);
  const listed = buttons.filter((one) => !pressed.includes(one));
  const shown = listed.slice(0, pressedAtMost);
  const left = listed.length - shown.length;
  const note = left === 0 ? [] : [words(small(more(left, 'to press')))];
  const labels = pressed.reduce((sum, { label }) => sum + label.length, 0);
  return {
    components: [...rowsOf(pressed.map(buttonOf)), ...listsOf(shown), ...note],
    characters: labels + (left === 0 ? 0 : moreAtMost),
  };
}

function rowsOf(buttons: readonly APIButtonComponentWithCustomId[]): readonly Row[] {
  const rows = Math.ceil(buttons.length / budget.buttonsInRow);
  return Array.from({ length: rows }, (_, index) => {
    const from = index * budget.buttonsInRow;
    return row(...buttons.slice(from, from + budget.buttonsInRow));
  });
}

/** Lists to choose from, each as long as Discord allows; what is chosen is what a button would be. */
function listsOf(buttons: readonly CardButton[]): readonly Row[] {
  const rows: Row[] = [];
  for (let from = 0; from < buttons.length; from += budget.choices) {
    const here = buttons.slice(from, from + budget.choices);
    const isAll = here.length === buttons.length;
    const which = isAll ? '' : ` ${from + 1} to ${from + here.length} of ${buttons.length}`;
    rows.push(
      row({
        type: component.select,
        custom_id: `list:${rows.length}`,
        placeholder: `Choose${which}`,
        options: here.map(({ id, label }) => ({
          value: id,
          label: shortLabel(label, budget.choice),
        })),
      }),
    );
  }
  return rows;
}

function row(...components: Row['components']): Row {
  return { type: component.row, components };
}

function buttonOf({ id, label, tone }: CardButton): APIButtonComponentWithCustomId {
  return {
    type: component.button,
    style: buttonStyles[tone],
    custom_id: id,
    label: shortLabel(label, budget.label),
  };
}

function shortLabel(label: string, most: number): string {
  return writtenShort(label, most, onOneLine).trim() || '–';
}

function words(content: string): APITextDisplayComponent {
  return { type: component.words, content };
}

function small(text: string): string {
  return `-# ${writtenShort(text, budget.note - 3, escapedOnOneLine)}`;
}
