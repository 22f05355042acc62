import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { render } from '../cli/render.ts';
import { checkMessage, pingsOf } from '../testing/discord/check-message.ts';
import { hostileReply } from '../testing/hostile-replies.ts';
import { liveParts, refusalOfMessage } from '../testing/slack/check-message.ts';
import { textOf } from './console/markup.ts';
import { replyMarkup } from './console/replies.ts';
import type { DiscordMessage } from './discord/render.ts';
import { renderDiscord } from './discord/render.ts';
import { renderSlack } from './slack/render.ts';

const replies = 20_000;

/** Keys as a store makes them, so that each button has its own. */
function keys() {
  let made = 0;
  return { keyOf: () => `k${(made += 1)}`, opensForms: true };
}

/** Nothing may be seen that hides, or turns around, what stands beside it. */
const hiding = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]--[\n\u200C\u200D]]/v;

/** Texts of a message as they stand in it: in JSON a control character would be an escape. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

const codeOrEscape = /```\n[^]*?\n```|`[^`\n]+`|\\[^0-9A-Za-z\s]/g;

/** What Discord would read as markup once code and escapes are out of the way. */
function aliveIn({ components }: DiscordMessage): readonly string[] {
  return components[0].components.flatMap((component) => {
    if (!('content' in component)) return [];
    const bare = component.content.replaceAll(codeOrEscape, '\u0001');
    return bare.match(/<[@#:/a-z]|@everyone|@here|https?:\/\/|\[|`|\|\||^>|^# /gim) ?? [];
  });
}

/** What is wrong with a message, whatever is said of it elsewhere. */
function hiddenIn(message: unknown): readonly string[] {
  return textsIn(message).filter((text) => hiding.test(text));
}

/** What of a page stands before people: what a button says or fills in is as it was given. */
function shownOn(page: string): string {
  return page.replaceAll(/="[^"]*"/g, '');
}

describe('a hostile reply', () => {
  it('hides nothing on a page or a terminal, and takes over neither', () => {
    for (let seed = 0; seed < replies / 10; seed += 1) {
      const reply = hostileReply(seed);
      const page = textOf(replyMarkup(reply));
      const terminal = render(reply, { columns: 80 });
      assert.doesNotMatch(shownOn(page), hiding, `seed ${seed}`);
      assert.doesNotMatch(page, /<(?:script|img|iframe|style)/i, `seed ${seed}`);
      assert.doesNotMatch(terminal, hiding, `seed ${seed}`);
    }
  });

  it('breaks no limit of a chat, calls nobody, links nowhere and hides nothing', () => {
    for (let seed = 0; seed < replies; seed += 1) {
      const reply = hostileReply(seed);
      const inSlack = renderSlack(reply, keys());
      const inDiscord = renderDiscord(reply, keys());
      assert.deepEqual(
        {
          slack: [refusalOfMessage(inSlack), liveParts(inSlack), hiddenIn(inSlack)],
          discord: [
            checkMessage(inDiscord),
            pingsOf(inDiscord),
            aliveIn(inDiscord),
            hiddenIn(inDiscord),
          ],
        },
        { slack: [undefined, [], []], discord: [[], [], [], []] },
        `seed ${seed}`,
      );
    }
  });
});
