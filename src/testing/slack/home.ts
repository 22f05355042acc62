import { isFields, listOf } from './fields.ts';
import { buttonIn } from './pressed.ts';
import { readableText } from './readable.ts';
import type { Whisper } from './state.ts';
import type { SlackWorkspace } from './workspace.ts';

/** What somebody sees on the app's Home tab, as text; empty before anything was published. */
export function homeOf(workspace: SlackWorkspace, name: string): string {
  const shown = shownTo(workspace, name);
  return shown === undefined ? '' : readableText(shown);
}

/** Somebody presses a button on the app's Home tab, where there is no channel. */
export async function pressesAtHome(
  workspace: SlackWorkspace,
  name: string,
  label: string,
): Promise<void> {
  const user = workspace.user(name);
  const { inbound, state, world } = workspace.slack;
  const view = world.views.homes.get(user.id);
  const shown = shownTo(workspace, name);
  if (view === undefined || shown === undefined) throw new Error(`${name} has no home.`);
  const { button, blockId } = buttonIn([shown], label);
  const body = {
    ...inbound.common(user),
    type: 'block_actions',
    container: { type: 'view', view_id: view.id },
    view: world.views.json(view),
    actions: [{ ...button, block_id: blockId, action_ts: state.newTs() }],
  };
  await inbound.act('interactive', body, user.id);
}

function shownTo(workspace: SlackWorkspace, name: string): Whisper | undefined {
  const { id } = workspace.user(name);
  const view = workspace.slack.world.views.homes.get(id);
  if (view === undefined || !isFields(view.given)) return undefined;
  return { channel: '', user: id, text: '', blocks: listOf(view.given['blocks']) };
}
