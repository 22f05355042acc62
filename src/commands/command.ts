import type { z } from 'zod';

import type { Filled } from '../domain/form.ts';
import type { IdentityId } from '../domain/heard.ts';
import type { IncidentId } from '../domain/incident.ts';
import type { FactorKind, Person } from '../domain/person.ts';
import type { Permission } from '../domain/person.ts';
import { may } from '../domain/person.ts';
import type { Decider } from '../domain/plan-change.ts';
import type { ApprovalPolicy } from '../domain/policy.ts';
import type { Reply } from '../domain/reply.ts';
import type { WayOf } from '../domain/revocation.ts';
import type { Secret } from '../domain/secret.ts';
import type { TimelineSource } from '../domain/timeline.ts';
import type { Scenarios } from '../drills/drill.ts';
import type { ParseQuery } from '../query/query.ts';
import type { Recorder } from '../record/record.ts';
import type { Runbooks } from '../runbooks/runbook.ts';
import type { Store } from '../store/store.ts';
import type { Given } from './words.ts';

/** Who says a line, where, and through which surface. */
export type Caller = {
  readonly person: Person;
  /** `cli:<person>`, `slack:C024BE91L`: a room may stand for one incident. */
  readonly room: string;
  readonly source: TimelineSource;
  /** The incident whose page the line was said on; it comes before the room's. */
  readonly incident?: IncidentId;
  /** The session of the console that the line came by. */
  readonly session?: string;
  /** Typed apart from the line, at a prompt or in a form of its own; good for this line only. */
  readonly code?: Secret;
  /** The chat account that said it, whoever it is linked to. */
  readonly identity?: IdentityId;
  /** Puts something around the store for this line: what is stored also says what it was for. */
  readonly keeping?: (store: Store) => Store;
};

/** Takes a code of a person's factor: each is good once. @throws UserError `not_allowed` */
export type Prove = (by: Decider, code: Secret) => Promise<FactorKind>;

/** What a command may use. Platforms are not among it: a command stores an intent, a job acts. */
export type CommandContext = {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly parseQuery: ParseQuery;
  readonly runbooks: Runbooks;
  readonly scenarios: Scenarios;
  /** Who must agree to what. */
  readonly policy: ApprovalPolicy;
  /** How a credential can be revoked at its provider. */
  readonly wayOf: WayOf;
  /** Takes a code of a person's factor, once. @throws UserError `not_allowed` */
  readonly prove: Prove;
  readonly caller: Caller;
  readonly now: () => Date;
  readonly newId: () => string;
  /** 32 random bytes, base64url. */
  readonly newNonce: () => string;
};

/** Who asks what is known, of what is stored. */
export type Asker = Pick<CommandContext, 'store' | 'caller'>;

/** One verb. Help, completion and forms are made from these fields. */
export type Command<Input = unknown> = {
  /** `declare`, or group and verb: `contain plan`. */
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One line for help. */
  readonly summary: string;
  /** Lines that parse, without the command prefix. */
  readonly examples: readonly string[];
  /** Positional words in order: `to`, `reason…` takes the rest as typed, `who?` may be absent. */
  readonly words: readonly string[];
  /** Named options: `at:14:05`, `--at 14:05`. Every key must be in `input`. */
  readonly options?: Readonly<Record<string, string>>;
  /** Options without a value: `--private`, `private:no`, or the bare word at the very end of the line. */
  readonly flags?: Readonly<Record<string, string>>;
  /** Flags for which a bare word is not taken, with what is asked instead. */
  readonly spelledOut?: Readonly<Record<string, string>>;
  /** Other spellings of options and flags: `{ sev: 'severity' }`. */
  readonly optionAliases?: Readonly<Record<string, string>>;
  readonly permission: Permission;
  /** Permissions that will do instead. */
  readonly alsoFor?: readonly Permission[];
  /** Also for people of a chat of whom nobody knows yet who they are. */
  readonly forGuests?: true;
  readonly input: z.ZodType<Input>;
  /**
   * What stands in its form besides what the line gives: values as they are now, of what the caller
   * may see. @throws UserError where the line would be refused
   */
  known?(asker: Asker, given: Given): Promise<Filled>;
  run(context: CommandContext, input: Input): Promise<Reply>;
};

/** One line in, one reply out; never throws. Every surface and the CLI go through it. */
export type Dispatch = (caller: Caller, line: string) => Promise<Reply>;

/** One way to go on: the whole line with it, the word itself, and what it means. */
export type Suggestion = {
  readonly line: string;
  readonly text: string;
  readonly hint?: string;
};

/** What a person may go on to type. Shows nothing that they may not see. */
export type Complete = (caller: Caller, line: string) => Promise<readonly Suggestion[]>;

/**
 * What is known of a line that waits for something; undefined when they may not say it. Shows nothing
 * that they may not see.
 */
export type Known = (caller: Caller, line: string) => Promise<Filled | undefined>;

/** True when one of this person's permissions opens the command, or it is open to guests. */
export function mayUse(person: Person, command: Command): boolean {
  if (person.guestOf !== undefined) return command.forGuests === true && !person.disabledAt;
  return [command.permission, ...(command.alsoFor ?? [])].some((one) => may(person, one));
}

/** Types `run`'s input from the schema. */
export function defineCommand<Input>(command: Command<Input>): Command<Input> {
  return command;
}
