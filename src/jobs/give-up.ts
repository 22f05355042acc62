import type { Reply } from '../chat/chat.ts';
import { StaleError } from '../errors.ts';
import type { TakenUp } from '../store/store.ts';
import { isAltered } from './alter.ts';
import { answersOf } from './answer.ts';
import type { HearContext } from './hearing.ts';
import { making, markOf } from './hearing.ts';

/** Ends an event that fails whenever it is taken up; its speaker is told, and so is the log. */
export async function giveUp(
  context: HearContext,
  { heard, follows }: TakenUp,
  error: unknown,
): Promise<void> {
  const reference = context.newId().replaceAll('-', '').slice(-8);
  const reply: Reply = {
    kind: 'problem',
    code: 'bug',
    message: 'Firebreak failed to answer this again and again, and gives it up.',
    hint: 'Look with `status` before you repeat it.',
    candidates: [],
    reference,
  };
  // To what became of a message nobody waits for an answer.
  const isAwaited = follows === undefined && !isAltered(heard.said);
  const answered = { heard, reply, by: '', line: '', forOthers: [], rooms: [] };
  try {
    await context.store.save({
      heardMarks: [{ ...markOf(context, heard), as: 'answered', refused: 'failed' }],
      outgoing: isAwaited ? answersOf(answered, making(context)) : [],
    });
  } catch (ended) {
    // Somebody else has taken it up, who gives it up as well.
    if (!(ended instanceof StaleError)) throw ended;
    return;
  }
  const message = `What was heard as ${heard.id} was given up (${reference}).`;
  context.onFailure(new Error(message, { cause: error }));
}
