const entities: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };

/** What keyboards and clients make of quotes, dashes and spaces, and what was meant. */
const meant: readonly (readonly [RegExp, string])[] = [
  [/[\u2018\u2019\u201A\u201B]/g, "'"],
  [/[\u201C\u201D\u201E\u201F\u00AB\u00BB]/g, '"'],
  // Two hyphens before a word are written as one long dash.
  [/(^|\s)[\u2013\u2014](?=\w)/g, '$1--'],
  [/[\u00A0\u2007\u202F]/g, ' '],
];

/**
 * The line that a person typed, of the text that Slack makes of it: people, channels and links
 * stand there as marks, three characters as entities, and quotes are curled.
 *
 * @param text as a command or an event carries it
 * @param workspace `slack:<enterprise or team>`: a person who is named becomes
 *   `@slack:…/<user>|<name>`. The account is who they are, because the names that Slack shows are
 *   anybody's to choose; the name is what was typed, and may be Firebreak's own for somebody
 */
export function typedLine(text: string, workspace: string): string {
  const plain = text.replace(/<([^<>]*)>/g, (_whole, mark: string) => namedBy(mark, workspace));
  const decoded = plain.replace(/&(?:lt|gt|amp);/g, (entity) => entities[entity] ?? entity);
  return meant.reduce((line, [found, by]) => line.replace(found, by), decoded).trim();
}

/** What can be somebody's handle in Firebreak. */
const handle = /^[a-z0-9][a-z0-9._-]{0,38}$/i;

/** What one mark stands for: a person, a channel, everybody, a link. */
function namedBy(mark: string, workspace: string): string {
  const [target = '', label = ''] = mark.split('|', 2);
  const user = /^@([UW][A-Z0-9]+)$/.exec(target)?.[1];
  if (user !== undefined) {
    const account = `@${workspace}/${user}`;
    return handle.test(label) ? `${account}|${label}` : account;
  }
  if (target.startsWith('#')) return `#${label || target.slice(1)}`;
  if (target.startsWith('!')) return `@${label || target.slice(1)}`;
  return target.startsWith('mailto:') ? target.slice('mailto:'.length) : target;
}

/** What was said to the app in a message that mentions it; nothing said asks for help. */
export function lineAfterMention(text: string, botUser: string, workspace: string): string {
  const mention = new RegExp(`<@${botUser}(?:\\|[^>]*)?>`).exec(text);
  const after = mention === null ? text : text.slice(mention.index + mention[0].length);
  return typedLine(after.replace(/^\s*[:,]/, ''), workspace) || 'help';
}
