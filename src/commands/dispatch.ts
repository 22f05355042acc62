import type { Person } from '../domain/person.ts';
import type { Problem, Reply } from '../domain/reply.ts';
import { PlatformError, UserError } from '../errors.ts';
import type { Caller, Command, CommandContext, Dispatch } from './command.ts';
import { mayUse } from './command.ts';
import { complaint } from './complaint.ts';
import { findCommand } from './find-command.ts';
import { formPicks } from './form-pick.ts';
import { picksOf } from './picks.ts';
import { stayIn } from './stay-in.ts';
import type { Token } from './tokens.ts';
import { plain, tokens, visible } from './tokens.ts';
import { exampleOf } from './usage.ts';
import { readWords } from './words.ts';

const maxLineCharacters = 4_000;

/** A failure that is not the person's, for the log. `error` may hold anything: redact it. */
export type Failure = {
  /** The short code that the person was shown. */
  readonly reference: string;
  readonly kind: 'platform' | 'bug';
  /** The command's name, never the line: a line may hold what was pasted by mistake. */
  readonly command: string;
  readonly person: string;
  readonly error: unknown;
};

export type DispatchOptions = {
  readonly commands: readonly Command[];
  readonly context: Omit<CommandContext, 'caller'>;
  readonly log?: (failure: Failure) => void;
  /** Takes secrets out of what was typed, before anything reads, stores or repeats it. */
  readonly redact?: (text: string) => string;
};

/**
 * The one place where a line becomes a command, and an error a reply.
 *
 * Find the command, ask whether they may, read the words, run it. Whatever happens there is an
 * answer: a person at 03:00 must never wonder whether the line arrived.
 */
export function makeDispatch(options: DispatchOptions): Dispatch {
  const dispatch = dispatchSafe(options);
  return async (caller, line) => {
    const safe = options.redact?.(line) ?? line;
    const reply = await dispatch(caller, safe);
    return safe === line ? reply : warnedOf(reply);
  };
}

/** Whoever pasted a secret must hear it: it was shown to a shell's history or a chat. */
function warnedOf(reply: Reply): Reply {
  const text =
    'A secret was taken out of what you typed, and nothing of it was stored here. It was shown all ' +
    'the same: treat it as leaked and revoke it.';
  if (reply.kind === 'problem') return { ...reply, message: `${reply.message} ${text}` };
  return { ...reply, blocks: [{ kind: 'warning', text }, ...reply.blocks] };
}

function dispatchSafe({ commands, context, log }: DispatchOptions): Dispatch {
  return async (caller, line) => {
    let command: Command | undefined;
    try {
      const said = lineOf(line);
      const words = withHelpFirst(commands, withoutPrefix(tokens(said)));
      const found = findCommand(commands, words);
      if (found.kind === 'group') return await runHelp(commands, context, caller, found.group);
      ({ command } = found);
      refuseUnless(caller.person, command);
      const given = readWords(command, said, words.slice(found.used));
      const input = command.input.safeParse(given);
      if (!input.success) throw complaint(command, given, input.error);
      const store = caller.keeping?.(context.store) ?? context.store;
      const reply = await command.run({ ...context, store, caller }, input.data);
      return stayIn(commands, given, reply);
    } catch (error) {
      if (error instanceof UserError) return problemOf(error, { line, command });
      const reference = context.newId().replaceAll('-', '').slice(-8);
      const kind = error instanceof PlatformError ? 'platform' : 'bug';
      const name = command?.name ?? '';
      log?.({ reference, kind, command: name, person: caller.person.id, error });
      return failureOf(error, reference);
    }
  };
}

function lineOf(line: string): string {
  if (line.length > maxLineCharacters) {
    throw new UserError(
      'bad_input',
      `That is ${line.length} characters long; a line has at most ${maxLineCharacters}.`,
      { hint: 'Split it, or keep long text as evidence.' },
    );
  }
  return visible(line);
}

/**
 * `/ir status`, `ir status` and `in:INC-7 status` are all about `status`; `sev:1` is `sev 1`. An
 * empty line asks for help.
 */
function withoutPrefix(line: readonly Token[]): readonly Token[] {
  const [first] = line;
  const rest = first !== undefined && /^\/?ir:?$/i.test(first.raw) ? line.slice(1) : line;
  const [verb, ...others] = rest;
  if (verb === undefined) return tokens('help');
  if (/^in:./i.test(verb.raw) && others.length > 0) return [...others, verb];
  const joined = /^(\/?[a-z]+:)(?=.)/i.exec(verb.raw)?.[1];
  if (joined === undefined) return rest;
  const from = verb.from + joined.length;
  const value = tokens(verb.raw.slice(joined.length)).map((one) => ({ ...one, from, to: verb.to }));
  return [{ ...verb, raw: joined, text: joined, to: from }, ...value, ...others];
}

const asksForHelp = /^(?:--|—|–)help$|^-h$/i;

/** `contain plan --help` and `contain plan help` are `help contain plan`. */
function withHelpFirst(commands: readonly Command[], line: readonly Token[]): readonly Token[] {
  const last = line.at(-1);
  if (last === undefined || line.length < 2) return line;
  const before = line.slice(0, -1);
  const bare = /^help\??$/i.test(plain(last.raw)) && namesExactly(commands, before);
  return bare || asksForHelp.test(last.raw) ? [...tokens('help'), ...before] : line;
}

function namesExactly(commands: readonly Command[], line: readonly Token[]): boolean {
  try {
    const found = findCommand(commands, line);
    return found.kind === 'group' || found.used === line.length;
  } catch {
    return false;
  }
}

async function runHelp(
  commands: readonly Command[],
  context: Omit<CommandContext, 'caller'>,
  caller: Caller,
  topic: string,
): Promise<Reply> {
  const help = commands.find((command) => command.name === 'help');
  if (help === undefined) throw new UserError('bad_input', `“${topic}” needs a verb.`);
  refuseUnless(caller.person, help);
  return await help.run({ ...context, caller }, { topic });
}

function refuseUnless(person: Person, command: Command): void {
  if (mayUse(person, command)) return;
  if (person.disabledAt) {
    throw new UserError('not_allowed', 'Your access was switched off.', {
      hint: 'Ask an admin.',
    });
  }
  if (person.guestOf !== undefined) {
    throw new UserError('not_allowed', `“${command.name}” is for people whose account is linked.`, {
      hint: 'Sign in to the console, type `me link` there, and say here what it shows.',
    });
  }
  const needs = [command.permission, ...(command.alsoFor ?? [])].join(' or ');
  throw new UserError(
    'not_allowed',
    `“${command.name}” needs the permission ${needs}, which @${person.handle} does not have.`,
    { hint: `Ask an admin to type \`person grant @${person.handle} ${command.permission}\`` },
  );
}

function problemOf(
  error: UserError,
  said: { readonly line: string; readonly command: Command | undefined },
): Problem {
  const { command, line } = said;
  const example =
    error.code === 'bad_input' && command !== undefined ? exampleOf(command) : undefined;
  const hint = error.hint ?? example;
  const isLacking = error.code === 'bad_input' && command !== undefined;
  const picks = [...picksOf(error, said), ...(isLacking ? formPicks(command, line) : [])];
  return {
    kind: 'problem',
    code: error.code,
    message: error.message,
    ...(hint === undefined ? {} : { hint }),
    ...(error.asks === undefined ? {} : { asks: error.asks, again: line }),
    candidates: error.candidates,
    ...(picks.length === 0 ? {} : { picks }),
  };
}

function failureOf(error: unknown, reference: string): Problem {
  if (error instanceof PlatformError) {
    const maybe = error.mayHaveHappened
      ? 'It may have happened all the same: look before you repeat it.'
      : undefined;
    return {
      kind: 'problem',
      code: 'platform',
      message: error.message,
      ...(maybe === undefined ? {} : { hint: maybe }),
      candidates: [],
      reference,
    };
  }
  return {
    kind: 'problem',
    code: 'bug',
    message: 'That failed because of a mistake in Firebreak, not because of what you typed.',
    hint: `Look with \`status\` before you repeat it. Whoever runs Firebreak finds ${reference} in its log.`,
    candidates: [],
    reference,
  };
}
