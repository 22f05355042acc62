import type { WebClient } from '@slack/web-api';

import type { PlatformError } from '../../errors.ts';
import type { Speaker, Standing } from '../chat.ts';
import type { Home } from './address.ts';
import { identityOf } from './address.ts';
import { slackProblem } from './slack-error.ts';

/** So long is believed how somebody stands to the workspace, in ms. */
const believedMs = 5 * 60_000;
/** While Slack cannot tell, what it told last is believed for so long, in ms. */
const believedBlindMs = 60 * 60_000;
/** More people than that are asked for again. */
const peopleAtMost = 10_000;

type Known = { readonly speaker: Speaker; readonly at: number };

/** Who people are: asked of Slack once for a while, since each command waits for it. */
export class SlackPeople {
  readonly #client: WebClient;
  readonly #home: Home;
  readonly #teams: ReadonlySet<string>;
  readonly #now: () => Date;
  readonly #known = new Map<string, Known>();

  /** @param teams whose members may speak, by team or enterprise */
  constructor(options: {
    readonly client: WebClient;
    readonly home: Home;
    readonly teams: readonly string[];
    readonly now: () => Date;
  }) {
    this.#client = options.client;
    this.#home = options.home;
    this.#teams = new Set(options.teams);
    this.#now = options.now;
  }

  /** @throws PlatformError when Slack does not say who it is: then nothing is heard from them */
  async speaker(user: string): Promise<Speaker> {
    const known = this.#known.get(user);
    const now = this.#now().getTime();
    if (known !== undefined && now - known.at < believedMs) return known.speaker;
    const speaker = await this.#ask(user);
    if ('code' in speaker) {
      const isBlind = speaker.code !== 'not_found' && speaker.code !== 'refused';
      if (isBlind && known !== undefined && now - known.at < believedBlindMs) return known.speaker;
      throw speaker;
    }
    if (this.#known.size >= peopleAtMost) this.#known.clear();
    this.#known.set(user, { speaker, at: now });
    return speaker;
  }

  async #ask(user: string): Promise<Speaker | PlatformError> {
    try {
      const { user: found } = await this.#client.users.info({ user });
      const enterprise = found?.enterprise_user?.enterprise_id;
      const team = found?.team_id ?? '';
      const organisation = enterprise ?? (team === this.#home.team ? this.#home.enterprise : team);
      return {
        id: identityOf(organisation ?? team, user),
        name: found?.profile?.display_name || found?.name || user,
        standing: this.#standing(found ?? {}, team, enterprise),
      };
    } catch (error) {
      return slackProblem(error);
    }
  }

  #standing(
    found: {
      readonly is_bot?: boolean;
      readonly is_stranger?: boolean;
      readonly is_restricted?: boolean;
      readonly is_ultra_restricted?: boolean;
      readonly deleted?: boolean;
    },
    team: string,
    enterprise: string | undefined,
  ): Standing {
    if (found.is_bot === true) return 'bot';
    const isOurs =
      this.#teams.has(team) || (enterprise !== undefined && this.#teams.has(enterprise));
    if (!isOurs || found.is_stranger === true || found.deleted === true) return 'stranger';
    return found.is_restricted === true || found.is_ultra_restricted === true
      ? 'restricted'
      : 'member';
  }
}
