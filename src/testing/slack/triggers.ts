import type { Clock } from './hand-clock.ts';
import { slackLimits } from './limits.ts';
import { SlackError } from './slack-error.ts';

type Trigger = { readonly user: string; readonly at: Date; isUsed: boolean };

/** What lets an app open one modal for a person, right after they did something. */
export class Triggers {
  readonly #clock: Clock;
  readonly #given = new Map<string, Trigger>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  give(user: string): string {
    const id = `${this.#given.size + 1}.${this.#clock.now().getTime()}.${user.toLowerCase()}`;
    this.#given.set(id, { user, at: this.#clock.now(), isUsed: false });
    return id;
  }

  /** For whom it was. @throws SlackError when it is unknown, used or too old */
  use(id: string): string {
    const trigger = this.#given.get(id);
    if (trigger === undefined) throw new SlackError('invalid_trigger_id');
    if (trigger.isUsed) throw new SlackError('exchanged_trigger_id');
    const ageMs = this.#clock.now().getTime() - trigger.at.getTime();
    if (ageMs > slackLimits.triggerMs) throw new SlackError('expired_trigger_id');
    trigger.isUsed = true;
    return trigger.user;
  }
}
