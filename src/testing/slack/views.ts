import { refusalOfView } from './check-message.ts';
import type { Fields } from './fields.ts';
import { isFields } from './fields.ts';
import { slackLimits } from './limits.ts';
import { SlackError } from './slack-error.ts';
import type { SlackState } from './state.ts';

export type OpenView = {
  readonly id: string;
  readonly user: string;
  readonly rootId: string;
  hash: string;
  given: Fields;
};

/** The modals that stand before people, one upon the other, and their App Homes. */
export class Views {
  readonly stacks = new Map<string, OpenView[]>();
  readonly homes = new Map<string, OpenView>();
  readonly #state: SlackState;
  #count = 0;

  constructor(state: SlackState) {
    this.#state = state;
  }

  /** The modal that a person sees. */
  top(user: string): OpenView | undefined {
    return this.stacks.get(user)?.at(-1);
  }

  open(user: string, view: unknown): OpenView {
    const opened = this.#made(user, view, 'modal');
    this.stacks.set(user, [opened]);
    this.#state.onChange();
    return opened;
  }

  /** @throws SlackError `push_limit_reached` */
  push(user: string, view: unknown): OpenView {
    const stack = this.stacks.get(user) ?? [];
    if (stack.length === 0) throw new SlackError('not_found');
    if (stack.length >= slackLimits.view.stack) throw new SlackError('push_limit_reached');
    const pushed = this.#made(user, view, 'modal', stack[0]?.id);
    stack.push(pushed);
    this.#state.onChange();
    return pushed;
  }

  /** @throws SlackError `not_found`, `hash_conflict` */
  update(id: string, view: unknown, hash?: string): OpenView {
    const found = [...this.stacks.values()].flat().find((one) => one.id === id);
    if (found === undefined) throw new SlackError('not_found');
    if (hash !== undefined && hash !== found.hash) throw new SlackError('hash_conflict');
    found.given = checked(view, 'modal');
    found.hash = this.#newHash();
    this.#state.onChange();
    return found;
  }

  publish(user: string, view: unknown, hash?: string): OpenView {
    const before = this.homes.get(user);
    if (hash !== undefined && before !== undefined && before.hash !== hash) {
      throw new SlackError('hash_conflict');
    }
    const home = this.#made(user, view, 'home');
    this.homes.set(user, home);
    this.#state.onChange();
    return home;
  }

  /** Takes the modals away: the top one, or all. */
  close(user: string, all: boolean): void {
    const stack = this.stacks.get(user) ?? [];
    if (all) stack.length = 0;
    else stack.pop();
    this.#state.onChange();
  }

  json(view: OpenView): Fields {
    return {
      ...view.given,
      id: view.id,
      team_id: this.#state.team.id,
      app_id: this.#state.app.appId,
      bot_id: this.#state.app.botId,
      hash: view.hash,
      root_view_id: view.rootId,
      private_metadata: view.given['private_metadata'] ?? '',
      callback_id: view.given['callback_id'] ?? '',
    };
  }

  #made(user: string, view: unknown, type: 'modal' | 'home', root?: string): OpenView {
    const given = checked(view, type);
    const id = this.#state.newId('V');
    return { id, user, rootId: root ?? id, hash: this.#newHash(), given };
  }

  #newHash(): string {
    this.#count += 1;
    return `156772938.${this.#count}`;
  }
}

function checked(view: unknown, type: 'modal' | 'home'): Fields {
  const refusal = refusalOfView(view);
  if (refusal !== undefined) {
    const messages = refusal.problems.map((problem) => `[ERROR] ${problem}`);
    throw new SlackError(refusal.error, { response_metadata: { messages } });
  }
  if (!isFields(view) || view['type'] !== type) throw new SlackError('invalid_arguments');
  return view;
}
