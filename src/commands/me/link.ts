import { z } from 'zod';

import { counts } from '../../domain/factor.ts';
import { issueLinkCode, linkAccount, linkCodeMs, linkRefused } from '../../domain/linking.ts';
import type { View } from '../../domain/reply.ts';
import { UserError } from '../../errors.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { deciderOf, provenDecider } from '../deciding.ts';
import { lookView, said, warned } from '../incident-view.ts';

/** Sixteen hex digits: 64 bits, of which nobody tries many in a quarter of an hour. */
const codeDigits = 16;
const recentEvents = 200;

export const meLink = defineCommand({
  name: 'me link',
  summary: 'Make a chat account yours: by a code from the console, said once in the chat',
  examples: ['me link', 'me link 3f9a-0c11-77de-9b02'],
  words: ['code?'],
  permission: 'viewer',
  forGuests: true,
  input: z.object({ code: z.string().max(60).exactOptional() }),

  async run(context, { code }) {
    const { identity } = context.caller;
    if (identity === undefined) return newCode(context, code);
    if (code === undefined) return howTo(context);
    return link(context, identity, digitsOf(code));
  },
});

async function newCode(context: CommandContext, code: string | undefined): Promise<View> {
  const { store, recorder, caller, newId, newNonce, now } = context;
  if (code !== undefined) {
    throw new UserError('bad_input', 'A code is said in the chat whose account it links.', {
      hint: `There: \`me link ${code}\``,
    });
  }
  if (caller.source !== 'console') {
    throw new UserError('not_ready', 'A code to link a chat account is made in the console.', {
      hint: 'Sign in there and type `me link`.',
    });
  }
  const isProven = (await provenDecider(context)).steppedUp !== undefined;
  if (!isProven && (await store.factors.of(caller.person.id)).some(counts)) {
    throw new UserError('not_allowed', 'To link a chat account it needs a code of your factor.', {
      hint: 'Whoever has this session must not speak as you in a chat for good. The factor is lost? Another admin takes it away: `person factor @you`.',
      asks: 'code',
    });
  }
  const digits = recorder.sha256(newNonce()).slice(0, codeDigits);
  const token = {
    id: newId(),
    kind: 'link',
    sha256: recorder.sha256(digits),
    expiresAt: new Date(now().getTime() + linkCodeMs),
  } as const;
  const before = await store.people.tokensOf(caller.person.id);
  await store.save(issueLinkCode(token, before, deciderOf(context)));
  return lookView({
    title: 'Say this in the chat whose account is yours',
    blocks: [
      { kind: 'code', text: `me link ${(digits.match(/.{4}/g) ?? []).join('-')}` },
      warned(
        'It is good once, for 15 minutes. Whoever says it speaks as you from then on: tell it to nobody.',
      ),
    ],
    next: ['me'],
    data: {},
  });
}

function howTo({ caller: { person } }: CommandContext): View {
  const isGuest = person.guestOf !== undefined;
  return lookView({
    title: isGuest ? 'This account is not linked' : `This account is @${person.handle}’s`,
    blocks: [
      said(
        isGuest
          ? 'Sign in to the console, type `me link` there, and say here what it shows.'
          : '`me unlink` takes the link away.',
      ),
    ],
    next: ['me'],
    data: { linked: !isGuest },
  });
}

async function link(context: CommandContext, identity: string, digits: string): Promise<View> {
  const { store, recorder, caller, now } = context;
  const sha256 = recorder.sha256(digits);
  const found = await store.people.byToken(sha256, 'link', now());
  if (!found) {
    await tellRefusal(context, identity, sha256);
    throw new UserError('not_allowed', 'This code is not known, was used already or has expired.', {
      hint: 'Make a new one in the console: `me link`.',
    });
  }
  const { person, token } = found;
  const account = { identity, name: caller.person.name, owner: caller.person };
  await store.save(linkAccount(person, account, token, { now: now(), source: caller.source }));
  return lookView({
    title: `This account is @${person.handle}’s now`,
    blocks: [said('What you say here is said as them, with what they may.')],
    next: ['me', 'status'],
    data: { handle: person.handle },
  });
}

/** Told once for each code. */
async function tellRefusal(
  { store, caller, now }: CommandContext,
  identity: string,
  sha256: string,
): Promise<void> {
  const ended = await store.people.byEndedToken(sha256, 'link', now());
  if (!ended) return;
  const { person, token } = ended;
  const by = { now: now(), source: caller.source };
  const change = linkRefused(person, { token, identity }, by);
  const recorded = await store.timeline.latest(change.events[0].chain, recentEvents);
  const isTold = recorded.some(
    ({ kind, data }) => kind === 'link_refused' && data?.['token'] === token.id,
  );
  if (!isTold) await store.save(change);
}

function digitsOf(code: string): string {
  return code.toLowerCase().replaceAll(/[^0-9a-f]/g, '');
}
