import { Secret } from '../../domain/secret.ts';
import type { AnswerToken } from '../chat.ts';

/** So long Discord takes answers by the token of what was said. */
const goodForMs = 15 * 60_000;

/** What answers an interaction: the id for the first answer, the token for all. */
export type AnswerKey = { readonly interaction: string; readonly token: string };

export function answerToken(key: AnswerKey, at: Date): AnswerToken {
  const until = new Date(at.getTime() + goodForMs);
  return { token: new Secret(`${key.interaction}:${key.token}`), until };
}

export function answerKey({ token }: AnswerToken): AnswerKey {
  const [interaction = '', ...rest] = token.reveal().split(':');
  return { interaction, token: rest.join(':') };
}
