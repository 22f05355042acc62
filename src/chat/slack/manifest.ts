import type { Command } from '../../commands/command.ts';

/** What Firebreak may do in a workspace, and what each permission is for. */
export const slackScopes = {
  commands: 'hear the slash command',
  'app_mentions:read': 'hear what is said to it in threads, where Slack takes no commands',
  'bookmarks:read': 'see whether a channel has its way to the console already',
  'bookmarks:write': 'put the way to the console on top of an incident’s channel',
  'channels:manage': 'open a channel for an incident, name its topic and ask people in',
  'channels:read': 'find again the channel that it opened for an incident',
  'chat:write': 'answer, and keep the channels of an incident up to date',
  'channels:history': 'read a message that is put on the timeline, and find its own again',
  'files:read': 'copy what hangs on a message that is put on the timeline',
  'files:write': 'send the picture of a graph beside its words',
  'groups:history': 'read and find the same in private channels that it was invited to',
  'groups:read': 'find again the private channel that it opened for an incident',
  'groups:write': 'open a private channel for a private incident, and ask its people in',
  'im:history': 'hear what is said to it between two, and find its own messages again',
  'im:write': 'tell one person what waits for them',
  'pins:read': 'put a message that is pinned on the timeline',
  'pins:write': 'pin the card that shows how an incident stands',
  'reactions:read': 'put a message that is marked with an emoji on the timeline',
  'users:read': 'tell members from guests, bots and people of other organisations',
} as const;

/** What Slack tells Firebreak of. */
export const slackEvents = [
  'app_home_opened',
  'app_mention',
  'message.channels',
  'message.groups',
  'message.im',
  'pin_added',
  'pin_removed',
  'reaction_added',
  'reaction_removed',
] as const;

/** What can be picked from a message's menu. */
export const shortcuts = { declare: 'declare_from_message', timeline: 'add_to_timeline' } as const;

/** A manifest's hint may have more, but nobody reads on. */
const hintCharacters = 200;

/** The manifest with which the app is made: what it is called, may do and hears. */
export type SlackManifest = ReturnType<typeof slackManifest>;

/**
 * The manifest of the app, made from the commands.
 *
 * @param options.publicUrl for requests over HTTP; without it the app speaks by Socket Mode
 * @source docs.slack.dev/reference/app-manifest
 */
export function slackManifest(options: {
  readonly commands: readonly Command[];
  readonly command: string;
  readonly publicUrl?: string;
}) {
  const { commands, command, publicUrl } = options;
  const isByRequest = publicUrl !== undefined;
  const url = `${publicUrl ?? ''}/slack/events`;
  return {
    display_information: {
      name: 'Firebreak',
      description: 'Incident response for automation platforms',
      background_color: '#7a1f14',
    },
    features: {
      app_home: {
        home_tab_enabled: true,
        messages_tab_enabled: true,
        messages_tab_read_only_enabled: false,
      },
      shortcuts: [
        {
          name: 'Declare from message',
          type: 'message',
          callback_id: shortcuts.declare,
          description: 'Open an incident about what this message tells',
        },
        {
          name: 'Add to timeline',
          type: 'message',
          callback_id: shortcuts.timeline,
          description: 'Keep this message on the timeline of the incident here',
        },
      ],
      bot_user: { display_name: 'firebreak', always_online: true },
      slash_commands: [
        {
          command,
          description: 'Declare, find, contain, verify, undo',
          usage_hint: hintOf(commands),
          should_escape: true,
          ...(isByRequest ? { url } : {}),
        },
      ],
    },
    oauth_config: { scopes: { bot: Object.keys(slackScopes).toSorted() } },
    settings: {
      event_subscriptions: {
        ...(isByRequest ? { request_url: url } : {}),
        bot_events: [...slackEvents],
      },
      interactivity: { is_enabled: true, ...(isByRequest ? { request_url: url } : {}) },
      org_deploy_enabled: false,
      socket_mode_enabled: !isByRequest,
      token_rotation_enabled: false,
    },
  };
}

/** The first words that there are: `help · declare · status · contain …`. */
function hintOf(commands: readonly Command[]): string {
  const firsts = new Set(['help', ...commands.map(({ name }) => name.split(' ')[0] ?? name)]);
  let hint = '';
  for (const word of firsts) {
    const longer = hint === '' ? word : `${hint} | ${word}`;
    if (longer.length > hintCharacters) return `${hint} | …`;
    hint = longer;
  }
  return hint;
}
