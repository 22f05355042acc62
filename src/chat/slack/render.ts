import type { ActionsBlock, Button, ContextBlock, KnownBlock } from '@slack/types';

import type { Reply } from '../../domain/reply.ts';
import type { Card, CardButton, CardOptions } from '../card.ts';
import { cardOf } from '../card.ts';
import { fitted, more, moreAtMost, writtenShort } from '../fit.ts';
import { laidOpen, onOneLine } from '../shown.ts';
import { messageBudget as budget } from './budgets.ts';
import { escaped, fallbackOf } from './fallback.ts';
import { drawn } from './parts.ts';

export { escaped };

/**
 * What is posted. Send it with `parse: 'none'`, `mrkdwn: false`, `link_names: false` and nothing
 * unfurled; the text stands in notifications and is read aloud.
 */
export type SlackMessage = { readonly text: string; readonly blocks: readonly KnownBlock[] };

/**
 * A reply as a Slack message. Foreign text stands only in `plain_text`, `raw_text` and text
 * elements of rich text, in none of which Slack looks for mentions or links.
 */
export function renderSlack(
  reply: Reply,
  { tablesAtMost, ...options }: CardOptions & { readonly tablesAtMost?: 0 | 1 } = {},
): SlackMessage {
  return drawSlack(cardOf(reply, { pressedAtMost: budget.buttons, ...options }), tablesAtMost);
}

/** A card as a Slack message. */
export function drawSlack(card: Card, tablesAtMost: 0 | 1 = 1): SlackMessage {
  const head = headOf(card);
  const foot = footOf(card);
  const room = {
    characters: budget.characters - head.characters - foot.characters - budget.note,
    nodes: budget.blocks - 1 - foot.blocks.length - 1,
  };
  let hasTable = tablesAtMost === 0;
  const { nodes, left } = fitted(head.parts, room, (part, characters) => {
    // Slack shows one table in a message; what would be the second is written as a list.
    const made = drawn(part, characters, { asTable: !hasTable });
    hasTable ||= made?.nodes.some(({ type }) => type === 'table') ?? false;
    return made;
  });
  const note =
    left === 0 ? [] : [small(`${more(left, left === 1 ? 'part' : 'parts')}: see ${card.whole}.`)];
  return {
    text: fallbackOf(card),
    blocks: [{ type: 'header', text: plainText(head.title) }, ...nodes, ...note, ...foot.blocks],
  };
}

type Head = Pick<Card, 'parts' | 'title'> & { readonly characters: number };

/** A title that is longer than a header may be is said in full below it. */
function headOf({ title, parts }: Card): Head {
  const short = writtenShort(title, budget.title, onOneLine) || '–';
  const isWhole = short === onOneLine(title);
  const whole = { kind: 'words', spans: [{ kind: 'strong', text: title }] } as const;
  return { title: short, characters: short.length, parts: isWhole ? parts : [whole, ...parts] };
}

type Foot = { readonly blocks: readonly KnownBlock[]; readonly characters: number };

function footOf({ buttons }: Card): Foot {
  const elements = buttons.slice(0, budget.buttons).map(buttonOf);
  if (elements.length === 0) return { blocks: [], characters: 0 };
  const row: ActionsBlock = { type: 'actions', elements };
  const left = buttons.length - elements.length;
  const note = left === 0 ? [] : [small(more(left, 'to press'))];
  const labels = elements.reduce((sum, { text }) => sum + text.text.length, 0);
  return { blocks: [row, ...note], characters: labels + (left === 0 ? 0 : moreAtMost) };
}

function buttonOf({ id, label, tone }: CardButton): Button {
  const style = tone === 'main' ? 'primary' : tone === 'danger' ? 'danger' : undefined;
  return {
    type: 'button',
    action_id: id,
    text: plainText(writtenShort(label, budget.label, onOneLine) || '–'),
    ...(style === undefined ? {} : { style }),
  };
}

function small(text: string): ContextBlock {
  return {
    type: 'context',
    elements: [plainText(writtenShort(text, budget.note, onOneLine) || '–')],
  };
}

function plainText(text: string) {
  return { type: 'plain_text', text: laidOpen(text), emoji: false } as const;
}
