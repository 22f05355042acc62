import { blockProblems } from './check-blocks.ts';
import type { Note } from './check-text.ts';
import { checkLength, checkText } from './check-text.ts';
import type { Fields } from './fields.ts';
import { isFields, listOf } from './fields.ts';
import { slackLimits } from './limits.ts';

/** What is said in a channel: a text that stands in for the blocks where they cannot be shown. */
export type SlackMessage = {
  readonly text?: unknown;
  readonly blocks?: unknown;
  readonly metadata?: unknown;
};

/** Why Slack would refuse a message: its error, and what is wrong where. */
export type Refusal = { readonly error: string; readonly problems: readonly string[] };

/**
 * Why Slack would refuse this message, or undefined when it would take it. Stricter than Slack: it
 * demands a text beside blocks, and none that would be split.
 */
export function refusalOfMessage(given: SlackMessage): Refusal | undefined {
  const { message } = slackLimits;
  const { text, blocks, metadata } = given;
  if (typeof text !== 'string' || text === '') return { error: 'no_text', problems: [] };
  if (text.length > message.text) return { error: 'msg_too_long', problems: [] };
  if (metadata !== undefined) {
    const isWhole = isFields(metadata) && typeof metadata['event_type'] === 'string';
    const bytes = Buffer.byteLength(JSON.stringify(metadata));
    if (!isWhole || !isFields(metadata['event_payload']) || bytes > message.metadataBytes) {
      return { error: 'invalid_metadata_format', problems: [] };
    }
  }
  if (blocks === undefined) return undefined;
  const problems = blockProblems(blocks, 'message');
  if (problems.length > 0) return { error: 'invalid_blocks', problems };
  if (lengthOfTexts(blocks) > message.textInBlocks) {
    return { error: 'msg_blocks_too_long', problems: [] };
  }
  return undefined;
}

/** Why Slack would refuse this modal or App Home, or undefined when it would take it. */
export function refusalOfView(view: unknown): Refusal | undefined {
  const most = slackLimits.view;
  const problems: string[] = [];
  const note: Note = (path, what) => problems.push(`${path}: ${what}`);
  if (!isFields(view)) return { error: 'invalid_arguments', problems: ['/: must be a view'] };
  const isModal = view['type'] === 'modal';
  if (!isModal && view['type'] !== 'home') note('/type', 'must be modal or home');
  if (isModal) {
    checkText(note, '/title', view['title'], most.title, 'plain_text');
    for (const button of ['submit', 'close']) {
      if (view[button] !== undefined) {
        checkText(note, `/${button}`, view[button], most.button, 'plain_text');
      }
    }
    const asks = listOf(view['blocks']).some(({ type }) => type === 'input');
    if (asks && view['submit'] === undefined) note('/submit', 'is needed with inputs');
  }
  if (view['callback_id'] !== undefined) {
    checkLength(note, '/callback_id', view['callback_id'], most.callbackId);
  }
  const hidden = view['private_metadata'];
  if (hidden !== undefined && hidden !== '') {
    checkLength(note, '/private_metadata', hidden, most.privateMetadata);
  }
  problems.push(...blockProblems(view['blocks'], isModal ? 'modal' : 'home'));
  return problems.length > 0 ? { error: 'invalid_arguments', problems } : undefined;
}

/** All that can be read in blocks, which Slack counts together. */
function lengthOfTexts(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + lengthOfTexts(one), 0);
  if (!isFields(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [name, part]) =>
      sum + (name === 'text' && typeof part === 'string' ? part.length : lengthOfTexts(part)),
    0,
  );
}

/** Mentions and links in a message that would be alive: what foreign text must never become. */
export function liveParts(message: SlackMessage): readonly string[] {
  return [
    ...(typeof message.text === 'string' ? marksIn(message.text) : []),
    ...liveInBlocks(message.blocks),
  ];
}

function liveInBlocks(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(liveInBlocks);
  if (!isFields(value)) return [];
  const own = liveSpan(value);
  return [...own, ...Object.values(value).flatMap(liveInBlocks)];
}

const liveTypes = ['user', 'channel', 'usergroup', 'broadcast', 'link'];

function liveSpan(part: Fields): readonly string[] {
  const type = String(part['type']);
  if (liveTypes.includes(type)) return [JSON.stringify(part)];
  const isMarked = type === 'mrkdwn' || type === 'markdown';
  return isMarked && typeof part['text'] === 'string' ? marksIn(part['text']) : [];
}

/** `<!channel>`, `<@U…>`, `<https://…>`: what Slack turns into something that acts. */
function marksIn(text: string): readonly string[] {
  return text.match(/<[^>]*>/g) ?? [];
}
