import type { Context } from 'hono';

import { answerFragment, troublePage } from '../chat/console/console.ts';
import type { Problem } from '../domain/reply.ts';
import type { DoorEnv } from './server-env.ts';

/** A browser that is still sending hears no answer; of more than this it is cut off. */
const discardedBytesAtMost = 4 * 1024 * 1024;

/** The answer to a request with more in it than is read, in the form in which its sender reads. */
export async function tooLarge(context: Context<DoorEnv>, bytesAtMost: number): Promise<Response> {
  await leaveUnread(context.req.raw.body);
  const refused = {
    code: 'bad_input',
    message: `More was sent than Firebreak reads at once: at most ${bytesAtMost / 1024} KiB.`,
    hint: 'Nothing of it was done. Say less, or in parts.',
    candidates: [],
  } as const;
  const problem: Problem = { kind: 'problem', ...refused };
  if (context.req.header('accept') === 'application/json') {
    return context.json({ html: answerFragment('', problem) }, 413);
  }
  const isReadByPeople = context.req.header('accept')?.includes('text/html') === true;
  return isReadByPeople ? context.html(troublePage(problem), 413) : context.json({ refused }, 413);
}

async function leaveUnread(body: Request['body']): Promise<void> {
  if (body === null || body.locked) return;
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > discardedBytesAtMost) return;
  }
}
