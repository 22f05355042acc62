import { z } from 'zod';

import { Secret } from './domain/secret.ts';

/** What of the environment is about Slack; a part of `settings`. */
export const slackFields = {
  SLACK_BOT_TOKEN: z
    .string()
    .startsWith('xoxb-', 'must begin with xoxb-')
    .optional()
    .describe('Token of the Slack app’s bot. Without it, nothing listens on Slack.'),
  SLACK_APP_TOKEN: z
    .string()
    .startsWith('xapp-', 'must begin with xapp-')
    .optional()
    .describe('Token of the Slack app itself, for Socket Mode: no address of ours is needed.'),
  SLACK_SIGNING_SECRET: z
    .string()
    .min(1)
    .optional()
    .describe('Secret with which Slack signs its requests to PUBLIC_URL/slack/events.'),
  SLACK_TEAMS: z
    .string()
    .regex(/^[TE][A-Z0-9]+( *, *[TE][A-Z0-9]+)*$/, 'must be ids such as T024BE91L, with commas')
    .optional()
    .describe('Ids of the workspaces whose members are heard; without it the app’s own alone.'),
  SLACK_COMMAND: z
    .string()
    .regex(/^\/[a-z0-9_-]{1,31}$/, 'must be / and lower-case letters, digits, - and _, at most 32')
    .default('/ir')
    .describe('The slash command on Slack, as the app’s manifest names it.'),
  SLACK_INCIDENT_CHANNELS: z
    .enum(['on', 'off'])
    .default('on')
    .describe('Whether an incident that is declared on Slack gets a channel of its own (on, off).'),
  SLACK_EMOJI: z
    .string()
    .regex(
      /^[a-z0-9_'+-]+( *, *[a-z0-9_'+-]+)*$/,
      'must be names of emoji without colons, parted by commas',
    )
    .default('pushpin,round_pushpin')
    .describe('Names of the emoji that put a message on the timeline, parted by commas.'),
  SLACK_API_URL: z
    .url({ protocol: /^https?$/, message: 'must be an http or https address' })
    .optional()
    .describe('Address of Slack’s methods, where it is not slack.com: GovSlack or a proxy.'),
} as const;

export type SlackSettings = {
  readonly botToken: Secret;
  readonly appToken?: Secret;
  readonly signingSecret?: Secret;
  /** Ids of the workspaces whose members are heard; none is the app's own alone. */
  readonly teams: readonly string[];
  readonly command: string;
  /** An incident that is declared there gets a channel of its own. */
  readonly channels: boolean;
  /** Names of emoji that put a message on the timeline. */
  readonly emoji: readonly string[];
  readonly apiUrl?: string;
};

/** The settings of Slack, when there are any. */
export function slackSettings(data: {
  readonly [Field in keyof typeof slackFields]?: string | undefined;
}): { readonly slack?: SlackSettings } {
  const { SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, SLACK_API_URL } = data;
  if (SLACK_BOT_TOKEN === undefined) return {};
  const slack = {
    botToken: new Secret(SLACK_BOT_TOKEN),
    ...(SLACK_APP_TOKEN === undefined ? {} : { appToken: new Secret(SLACK_APP_TOKEN) }),
    ...(SLACK_SIGNING_SECRET === undefined
      ? {}
      : { signingSecret: new Secret(SLACK_SIGNING_SECRET) }),
    teams: data.SLACK_TEAMS?.split(/ *, */) ?? [],
    command: data.SLACK_COMMAND ?? '/ir',
    channels: data.SLACK_INCIDENT_CHANNELS !== 'off',
    emoji: data.SLACK_EMOJI?.split(/ *, */) ?? [],
    ...(SLACK_API_URL === undefined ? {} : { apiUrl: SLACK_API_URL }),
  };
  return { slack };
}

/** What is wrong with them together. */
export function slackProblems(
  given: Readonly<Record<string, string>>,
): readonly { readonly message: string; readonly hint: string }[] {
  const hasWay =
    given['SLACK_APP_TOKEN'] !== undefined || given['SLACK_SIGNING_SECRET'] !== undefined;
  if (given['SLACK_BOT_TOKEN'] === undefined) {
    if (!hasWay) return [];
    return [
      {
        message: 'SLACK_APP_TOKEN and SLACK_SIGNING_SECRET need SLACK_BOT_TOKEN, to answer with',
        hint: 'Slack: your app, OAuth & Permissions, Bot User OAuth Token',
      },
    ];
  }
  if (hasWay) return [];
  return [
    {
      message: 'SLACK_BOT_TOKEN needs SLACK_APP_TOKEN or SLACK_SIGNING_SECRET, to hear by',
      hint: 'Slack: your app, Basic Information, App-Level Tokens with connections:write',
    },
  ];
}
