import { z } from 'zod';

import { findingStates } from '../domain/doctor.ts';
import type { Reply } from '../domain/reply.ts';
import { Secret } from '../domain/secret.ts';
import { UserError, userErrorCodes } from '../errors.ts';
import type { Claim, Desk, Entrance, Issued } from './cli.ts';

/** What the server answers when it refuses, for UserError to be thrown again on this side. */
const refusal = z.object({
  refused: z.object({
    code: z.enum(userErrorCodes),
    message: z.string(),
    hint: z.string().optional(),
    candidates: z.array(z.string()),
  }),
});

const finding = z.object({
  about: z.string(),
  state: z.enum(findingStates),
  text: z.string(),
  next: z.string().exactOptional(),
});
const issued = z.object({ secret: z.string(), reply: z.unknown() });

/** How long a server may take to answer one line, in ms. Long work is followed, not awaited. */
const answerMs = 60_000;
/** How long a whole backup may take, in ms. */
const backupMs = 30 * 60_000;

/** The entrance of a server that is running on this machine, over loopback. */
export function remoteEntrance(options: {
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly operatorToken: () => Promise<Secret>;
}): Entrance {
  const post = async (
    path: string,
    token: Secret | undefined,
    body: unknown,
    withinMs = answerMs,
  ): Promise<Response> => {
    const response = await options
      .fetch(`${options.url}${path}`, {
        method: 'POST',
        redirect: 'error',
        signal: AbortSignal.timeout(withinMs),
        headers: {
          'content-type': 'application/json',
          ...(token ? { authorization: `Bearer ${token.reveal()}` } : {}),
        },
        body: JSON.stringify(body),
      })
      .catch((error: unknown) => {
        throw new UserError(
          'not_ready',
          'The running server did not answer; what was asked for may have been stored.',
          {
            hint:
              error instanceof Error && error.name === 'TimeoutError'
                ? 'Look at its log; the line may have been carried out.'
                : 'Look at its log.',
          },
        );
      });
    if (response.ok) return response;
    throw refused(await response.json().catch(() => undefined));
  };
  const askIssued = async (path: string, token: Secret | undefined, body: unknown) => {
    const answer = issued.parse(await (await post(path, token, body)).json());
    return { secret: new Secret(answer.secret), reply: asReply(answer.reply) } satisfies Issued;
  };
  return {
    enter: async (claim) => {
      await post('/cli/enter', claim.token, { as: claim.as });
      return desk(claim, post, askIssued);
    },
    redeem: (code) => askIssued('/cli/redeem', undefined, { code: code.reveal() }),
    startWork: () => Promise.resolve(),
    operatorToken: options.operatorToken,
    close: () => Promise.resolve(),
  };
}

type Post = (
  path: string,
  token: Secret | undefined,
  body: unknown,
  withinMs?: number,
) => Promise<Response>;

function desk(
  claim: Claim,
  post: Post,
  askIssued: (path: string, token: Secret | undefined, body: unknown) => Promise<Issued>,
): Desk {
  const { token, as } = claim;
  return {
    say: async (line, code) => {
      const body = { as, line, code: code?.reveal() };
      return asReply(await (await post('/cli/say', token, body)).json());
    },
    enrolFactor: () => askIssued('/cli/factor', token, { as }),
    confirmFactor: async (code) => {
      const body = { as, code: code.reveal() };
      return asReply(await (await post('/cli/factor/confirm', token, body)).json());
    },
    connect: async (input) => {
      const body = { as, input: { ...input, secret: input.secret.reveal() } };
      return asReply(await (await post('/cli/connect', token, body)).json());
    },
    connectProvider: async (input) => {
      const { secret, clientSecret, ...given } = input;
      const revealed = { secret: secret.reveal(), clientSecret: clientSecret?.reveal() };
      const body = { as, input: { ...given, ...revealed } };
      return asReply(await (await post('/cli/provider', token, body)).json());
    },
    issueToken: (handle) => askIssued('/cli/token', token, { as, handle }),
    invite: (handle) => askIssued('/cli/invite', token, { as, handle }),
    consoleLink: () => askIssued('/cli/console', token, { as }),
    export: (incident, format, reason) =>
      decoded(streamed(() => post('/cli/export', token, { as, incident, format, reason }))),
    backup: () => streamed(() => post('/cli/backup', token, { as }, backupMs)),
    examine: async () => {
      const answer = await post('/cli/examine', token, { as });
      return z.object({ findings: z.array(finding) }).parse(await answer.json()).findings;
    },
  };
}

/** Asks when it is read and not before: what has nowhere to go is not asked for. */
async function* streamed(ask: () => Promise<Response>): AsyncIterable<Uint8Array> {
  const { body } = await ask();
  if (body) yield* body;
}

async function* decoded(bytes: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

function refused(body: unknown): UserError {
  const parsed = refusal.safeParse(body);
  if (!parsed.success) {
    return new UserError('not_ready', 'The running server failed to answer; look at its log.');
  }
  const { code, message, hint, candidates } = parsed.data.refused;
  return new UserError(code, message, { candidates, ...(hint === undefined ? {} : { hint }) });
}

/** The server is the same version of the same program, so its reply has the shape of ours. */
function asReply(body: unknown): Reply {
  const kind = z.object({ kind: z.enum(['view', 'problem']) }).safeParse(body);
  if (!kind.success)
    throw new UserError('not_ready', 'The server answered in another version’s words.');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return body as Reply;
}
