import type {
  Claim,
  ConnectInput,
  Desk,
  Entrance,
  ExportFormat,
  Issued,
  ProviderInput,
} from './cli/cli.ts';
import type { Dispatch } from './commands/command.ts';
import type { Finding } from './domain/doctor.ts';
import type { Person } from './domain/person.ts';
import { may } from './domain/person.ts';
import type { Decider } from './domain/plan-change.ts';
import type { ApprovalPolicy } from './domain/policy.ts';
import type { Reply } from './domain/reply.ts';
import type { Secret } from './domain/secret.ts';
import { UserError } from './errors.ts';
import { invite, issueCliToken, redeem } from './invitation.ts';
import { operatorIsOff } from './operator-token.ts';
import type { Recorder } from './record/record.ts';
import type { StepUp } from './step-up.ts';
import type { Store } from './store/store.ts';

export type AccessContext = {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly policy: ApprovalPolicy;
  readonly dispatch: Dispatch;
  readonly stepUp: StepUp;
  /** @throws UserError `not_ready` when no server runs in this process */
  readonly newLink: (person: Person) => Secret;
  readonly connect: (input: ConnectInput, by: Person) => Promise<Reply>;
  readonly connectProvider: (input: ProviderInput, by: Person) => Promise<Reply>;
  readonly exportRecord: (
    incident: string,
    format: ExportFormat,
    by: Person,
    reason?: string,
  ) => AsyncIterable<string>;
  readonly backUp: (by: Person) => AsyncIterable<Uint8Array>;
  readonly examine: () => Promise<readonly Finding[]>;
  readonly startWork: () => Promise<void>;
  readonly operatorToken: () => Promise<Secret>;
  readonly close: () => Promise<void>;
  readonly now: () => Date;
  readonly newId: () => string;
  /** 32 random bytes, base64url. */
  readonly newNonce: () => string;
};

/** The entrance to the instance that lives in this process. */
export function localEntrance(context: AccessContext): Entrance {
  return {
    enter: async (claim) => deskOf(context, await personOf(context, claim)),
    redeem: (code) => redeem(context, code),
    startWork: context.startWork,
    operatorToken: context.operatorToken,
    close: context.close,
  };
}

/**
 * Who speaks. `--as` needs that person's own token; only where every connection is a drill may the
 * operator speak for anyone, so that newcomers can play two people.
 */
async function personOf(context: AccessContext, claim: Claim): Promise<Person> {
  const { store, recorder, now } = context;
  const found = await store.people.byToken(recorder.sha256(claim.token.reveal()), 'cli', now());
  if (!found || found.person.disabledAt) throw await whyNot(context, claim);
  const handle = claim.as?.replace(/^@/, '').toLowerCase();
  if (handle === undefined || handle === found.person.handle) return found.person;
  const connections = await store.connections.list();
  const drill = connections.length > 0 && connections.every((one) => one.environment === 'drill');
  const other = await store.people.byHandle(handle);
  if (drill && other && found.person.id === store.instance.operator) return other;
  throw new UserError('not_allowed', `Speaking as @${handle} needs @${handle}'s own token.`, {
    hint: `--as ${handle} --token-file FILE (- for standard input), or set FIREBREAK_TOKEN`,
  });
}

/** Whoever holds a token that was theirs is told why it is not good any more. */
async function whyNot(context: AccessContext, { token }: Claim): Promise<UserError> {
  const { store, recorder, now } = context;
  const ended = await store.people.byEndedToken(recorder.sha256(token.reveal()), 'cli', now());
  const isOperator = ended?.person.id === store.instance.operator;
  if (ended && isOperator && ended.person.disabledAt) return operatorIsOff(ended.person);
  if (ended?.person.disabledAt) {
    return new UserError('not_allowed', `@${ended.person.handle} was switched off.`, {
      hint: `Ask an admin to type \`person enable @${ended.person.handle}\`, then to invite you.`,
    });
  }
  if (isOperator) {
    await context.operatorToken();
    return new UserError('not_ready', 'The local operator has a new token: this one has ended.', {
      hint: 'Say the same again: the new one is in the data directory, where it is found.',
    });
  }
  return new UserError('not_allowed', 'This token is not known, has expired or was revoked.', {
    hint:
      'Without --token-file and FIREBREAK_TOKEN the local operator speaks. ' +
      'Others ask an admin: firebreak person invite <handle>',
  });
}

function linkFor({ newLink }: AccessContext, person: Person): Issued {
  const secret = newLink(person);
  const title = `A link that opens the console once, as @${person.handle}.`;
  const blocks = [
    { kind: 'text', text: 'It is good for 15 minutes; a newer one voids it.' },
  ] as const;
  const kept = { next: [], audience: 'person', outcome: 'done', data: {} } as const;
  return { secret, reply: { kind: 'view', title, blocks, ...kept } };
}

function deskOf(context: AccessContext, person: Person): Desk {
  const caller = { person, room: `cli:${person.id}`, source: 'cli' } as const;
  const decider = (): Decider => ({ person, source: 'cli', now: context.now() });
  return {
    say: (line, code) => context.dispatch(code === undefined ? caller : { ...caller, code }, line),
    enrolFactor: () => context.stepUp.enrol(decider()),
    confirmFactor: (code) => context.stepUp.confirm(decider(), code),
    connect: (input) => context.connect(input, person),
    connectProvider: (input) => context.connectProvider(input, person),
    issueToken: (handle) => issueCliToken(context, person, handle),
    invite: (handle) => invite(context, person, handle),
    consoleLink: async () => linkFor(context, person),
    export: (incident, format, reason) => context.exportRecord(incident, format, person, reason),
    backup: () => context.backUp(person),
    examine: () => {
      if (may(person, 'admin')) return context.examine();
      return Promise.reject(new UserError('not_allowed', 'Only an admin may examine it.'));
    },
  };
}
