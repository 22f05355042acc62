import type {
  APIActionRowComponent,
  APIButtonComponentWithCustomId,
  APIContainerComponent,
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
  return drawDiscord(cardOf(reply, options));
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
const component = { row: 1, button: 2, words: 10, container: 17 } as const;
const buttonStyles = { main: 1, plain: 2, danger: 4 } as const;

/** The edge of the container. What the colour says stands in words or as a sign, too. */
const colours: Readonly<Record<CardTone, number | undefined>> = {
  done: undefined,
  open: 0x3b82f6,
  unverified: 0xeab308,
  failed: 0xdc2626,
  problem: 0xdc2626,
};

type Row = APIActionRowComponent<APIButtonComponentWithCustomId>;
type Foot = {
  readonly components: readonly (Row | APITextDisplayComponent)[];
  readonly characters: number;
};

function footOf({ buttons }: Card): Foot {
  const most = budget.rowsOfButtons * budget.buttonsInRow;
  const pressed = buttons.slice(0, most).map(buttonOf);
  const rows: Row[] = [];
  for (let from = 0; from < pressed.length; from += budget.buttonsInRow) {
    rows.push({ type: component.row, components: pressed.slice(from, from + budget.buttonsInRow) });
  }
  const left = buttons.length - pressed.length;
  const note = left === 0 ? [] : [words(small(more(left, 'to press')))];
  const labels = pressed.reduce((sum, { label = '' }) => sum + label.length, 0);
  return { components: [...rows, ...note], characters: labels + (left === 0 ? 0 : moreAtMost) };
}

function buttonOf({ id, label, tone }: CardButton): APIButtonComponentWithCustomId {
  return {
    type: component.button,
    style: buttonStyles[tone],
    custom_id: id,
    label: writtenShort(label, budget.label, onOneLine).trim() || '–',
  };
}

function words(content: string): APITextDisplayComponent {
  return { type: component.words, content };
}

function small(text: string): string {
  return `-# ${writtenShort(text, budget.note - 3, escapedOnOneLine)}`;
}
