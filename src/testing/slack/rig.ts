import type { Ears, Heard, Outgoing } from '../../chat/chat.ts';
import { slackManifest } from '../../chat/slack/manifest.ts';
import { Slack } from '../../chat/slack/slack.ts';
import { formsOf } from '../../commands/form.ts';
import { registry } from '../../commands/registry.ts';
import { Secret } from '../../domain/secret.ts';
import { pngOf } from '../../exports/png.ts';
import { startServer } from '../../http/server.ts';
import { aView, scriptedEntrance } from '../shell.ts';
import { HttpLine } from './http-line.ts';
import type { Ending, SlackWorkspace, SlackWorkspaceOptions } from './workspace.ts';
import { aSlackWorkspace, slackKeys } from './workspace.ts';

/** The surface in a workspace, with what it handed over. */
export type SlackRig = {
  readonly workspace: SlackWorkspace;
  readonly slack: Slack;
  /** Stops the surface, and starts another one once that is done. */
  readonly away: (meanwhile: () => Promise<unknown>) => Promise<void>;
  /** What was heard, without repeats. */
  readonly heard: Heard[];
  readonly repeats: string[];
  /** Codes that came beside what was heard. */
  readonly codes: readonly Secret[];
  readonly failures: unknown[];
  /** Lets hearing fail, so many times. */
  readonly failNext: (times: number) => void;
  /** How Slack speaks to the app over HTTP. */
  readonly line?: HttpLine;
};

const manifest = slackManifest({ commands: registry, command: '/ir' });

/** The app as its manifest makes it: what it may do and hears, and no more. */
export const shippedApp = {
  scopes: new Set(manifest.oauth_config.scopes.bot),
  events: new Set<string>(manifest.settings.event_subscriptions.bot_events),
  commands: new Set(manifest.features.slash_commands.map(({ command }) => command)),
};

/** Something to send to where somebody spoke. */
export function outgoingTo(heard: Heard, given: Partial<Outgoing> = {}): Outgoing {
  const { room, speaker, thread, answer } = heard;
  return {
    id: 'b7a4f7b6-0000-4000-8000-000000000001',
    surface: 'slack',
    to: {
      kind: 'answer',
      room,
      asker: speaker.id,
      forAsker: false,
      ...(thread === undefined ? {} : { thread }),
    },
    reply: aView({ title: 'Nothing is open.' }),
    keys: {},
    ...(answer === undefined ? {} : { answer }),
    ...given,
  };
}

/** Starts the surface in a workspace of its own, by Socket Mode or over our one server. */
export async function aSlackRig(
  test: Ending,
  options: SlackWorkspaceOptions & {
    readonly over?: 'http';
    readonly teams?: readonly string[];
    readonly emoji?: readonly string[];
    /** Who listens; else what is heard is only kept. */
    readonly ears?: Ears;
    /** Slack cannot be reached at first. */
    readonly isDown?: true;
  },
): Promise<SlackRig> {
  const workspace = await aSlackWorkspace(test, { app: shippedApp, ...options });
  const heard: Heard[] = [];
  const repeats: string[] = [];
  const codes: Secret[] = [];
  const failures: unknown[] = [];
  const ids = new Set<string>();
  let failing = 0;
  const ears: Ears = {
    hear: async (one, code) => {
      if (failing > 0) {
        failing -= 1;
        throw new Error('The database is away.');
      }
      if (ids.has(one.id)) {
        repeats.push(one.id);
        return 'again';
      }
      ids.add(one.id);
      heard.push(one);
      if (code !== undefined) codes.push(code);
      return 'new';
    },
    complete: async () => [],
  };
  const now = () => workspace.clock.now();
  const surface = () =>
    new Slack({
      botToken: new Secret(slackKeys.botToken),
      ...(options.over === 'http'
        ? { signingSecret: new Secret(slackKeys.signingSecret) }
        : { appToken: new Secret(slackKeys.appToken) }),
      apiUrl: workspace.slack.apiUrl,
      teams: options.teams ?? [],
      ...(options.emoji === undefined ? {} : { emoji: options.emoji }),
      forms: formsOf(registry),
      fetch,
      draw: pngOf,
      now,
      wait: (ms, signal) => waitBy(workspace, ms, signal),
      onFailure: (error) => failures.push(error),
    });
  const slack = surface();
  let last = slack;
  workspace.slack.faults.down(options.isDown === true);
  const line = options.over === 'http' ? await overHttp(test, workspace, slack) : undefined;
  await slack.start(options.ears ?? ears);
  test.after(() => last.stop(AbortSignal.timeout(5_000)));
  const away = async (meanwhile: () => Promise<unknown>) => {
    await last.stop(AbortSignal.timeout(5_000));
    await meanwhile();
    last = surface();
    await last.start(options.ears ?? ears);
  };
  const failNext = (times: number) => {
    failing = times;
  };
  return {
    workspace,
    slack,
    away,
    heard,
    repeats,
    codes,
    failures,
    failNext,
    ...(line === undefined ? {} : { line }),
  };
}

async function overHttp(test: Ending, workspace: SlackWorkspace, slack: Slack): Promise<HttpLine> {
  const server = await startServer({
    port: 0,
    instanceId: 'instance-1',
    entrance: scriptedEntrance({}),
    answerSlack: (request) => slack.answer(request),
    onFailure: () => 'ref-1',
  });
  test.after(() => server.close());
  const url = `${server.url}/slack/events`;
  const line = new HttpLine(url, slackKeys.signingSecret, workspace.clock);
  workspace.slack.speakBy(line);
  return line;
}

/** Waits by the workspace's own clock, which stands still until a test lets it go on. */
function waitBy(workspace: SlackWorkspace, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = workspace.clock.after(ms, resolve);
    const abandon = () => {
      stop();
      reject(new Error('abandoned'));
    };
    if (signal.aborted) abandon();
    else signal.addEventListener('abort', abandon, { once: true });
  });
}
