import type { Connection } from './connection.ts';
import { aWorkingSession } from './connection.ts';
import { connectLine } from './enter-again.ts';
import type { ApprovalPolicy } from './policy.ts';
import type { View } from './reply.ts';
import { counted, listed, span } from './wording.ts';

/** `note`: works, and somebody should know. `fix`: something does not work, or soon will not. */
export const findingStates = ['works', 'note', 'fix'] as const;
export type FindingState = (typeof findingStates)[number];

/** What the doctor found out about one thing. */
export type Finding = {
  /** `database`, `connection prod`. */
  readonly about: string;
  readonly state: FindingState;
  /** A sentence. */
  readonly text: string;
  /** What to do next; always there when something is to be fixed. */
  readonly next?: string;
};

/** So many settings that are looser are told; the rest is counted. */
const mostLooser = 5;
const mebibyte = 1024 * 1024;
/** Below this a database soon cannot write any more. */
const tooFullBytes = 200 * mebibyte;
const nearlyFullBytes = 1024 * mebibyte;
/** Clocks that differ by more make timelines of two systems hard to lay side by side. */
const noticedSkewMs = 5_000;
const harmfulSkewMs = 60_000;
/** What is found in an inventory of that age may have moved long since. */
const oldSyncMs = 24 * 60 * 60_000;

/**
 * @param mode of the file or directory; its last nine bits are who may do what
 * @param options.isClosedByOpening by the embedded database, whoever opens it: also by the look
 *   that finds this, so that the next one finds nothing any more
 */
export function privateFinding(
  about: string,
  path: string,
  mode: number,
  { isClosedByOpening = false }: { readonly isClosedByOpening?: boolean } = {},
): Finding {
  if ((mode & 0o077) === 0) {
    return { about, state: 'works', text: `${path}, for its owner alone.` };
  }
  if (isClosedByOpening) {
    const text = `Others on this machine could look into ${path} (mode ${(mode & 0o777).toString(8)}).`;
    const next = `Ask who had access since. Opening the embedded database closes it: the next doctor finds chmod 700`;
    return { about, state: 'fix', text, next };
  }
  const wanted = about === 'data directory' ? '700' : '600';
  return {
    about,
    state: 'fix',
    text: `Others on this machine may look into ${path}.`,
    next: `chmod ${wanted} ${path}; then ask who had access since`,
  };
}

/** Whether what is written next still fits. */
export function spaceFinding(freeBytes: number): Finding {
  const about = 'free space';
  const text = `${Math.floor(freeBytes / mebibyte).toLocaleString('en')} MiB are free.`;
  if (freeBytes >= nearlyFullBytes) return { about, state: 'works', text };
  const next = 'Make room on the disk of the data directory';
  return { about, state: freeBytes < tooFullBytes ? 'fix' : 'note', text, next };
}

/** What a backup left behind that broke off: a copy of everything, for nobody. */
export function copiesFinding(
  copies: readonly { readonly path: string; readonly bytes: number }[],
): readonly Finding[] {
  if (copies.length === 0) return [];
  const paths = copies.map(({ path }) => path);
  const bytes = copies.reduce((sum, copy) => sum + copy.bytes, 0);
  return [
    {
      about: 'backup',
      state: 'note',
      text: `Under way, or broken off and left behind (${Math.ceil(bytes / mebibyte).toLocaleString('en')} MiB): ${listed(paths)}.`,
      next: `When no backup runs: rm ${paths.join(' ')}; the next firebreak backup removes what is older than an hour`,
    },
  ];
}

/**
 * @param aheadMs the other clock minus ours, in ms
 * @param breaks a sentence: what goes wrong while they differ
 */
export function clockFinding(
  about: string,
  whose: string,
  aheadMs: number,
  breaks: string,
): Finding {
  const off = Math.abs(aheadMs);
  if (off < noticedSkewMs) return { about, state: 'works', text: `Same time as ${whose}.` };
  const side = aheadMs > 0 ? 'ahead of' : 'behind';
  return {
    about,
    state: off >= harmfulSkewMs ? 'fix' : 'note',
    text: `The clock of ${whose} is ${span(off)} ${side} ours. ${breaks}`,
    next: 'Let both machines take their time from NTP (timedatectl status)',
  };
}

/** How old the inventory of a connection is. */
export function syncFinding(connection: Connection, now: Date): Finding {
  const about = `connection ${connection.name}`;
  const next = `firebreak ir "scope sync ${connection.name}"`;
  const { syncedAt, coverage } = connection;
  if (!syncedAt) return { about, state: 'fix', text: 'It was never synced.', next };
  const age = now.getTime() - syncedAt.getTime();
  const seen = coverage ? `, ${counted(coverage.workflows, 'workflow')} seen` : '';
  const text = `Synced ${span(age)} ago${seen}.`;
  return age > oldSyncMs
    ? { about, state: 'note', text: `${text} What it holds may have moved.`, next }
    : { about, state: 'works', text };
}

/** Whether a second admin is asked before Firebreak's own security is loosened. */
export function adminsFinding(handles: readonly string[]): Finding {
  const about = 'admins';
  const names = listed(handles.map((handle) => `@${handle}`)) || 'nobody';
  if (handles.length > 1) {
    const text = `${names} can get in: what loosens Firebreak’s own security takes two of them.`;
    return { about, state: 'works', text };
  }
  return {
    about,
    state: 'note',
    text: `As admin ${handles.length === 1 ? `only ${names}` : names} can get in, so no second one is asked who may act and where keys go.`,
    next: 'firebreak ir \'person add @eve "Eve Ito" may:admin\', then firebreak person invite eve',
  };
}

/** By which policy it is decided, and in what it asks less than the one that ships. */
export function policyFinding({ version, looser = [] }: ApprovalPolicy): Finding {
  const about = 'approval policy';
  if (looser.length === 0) {
    return { about, state: 'works', text: `Policy ${version} asks as much as the one that ships.` };
  }
  const more = looser.length > mostLooser ? ` And ${looser.length - mostLooser} more.` : '';
  return {
    about,
    state: 'note',
    text: `Policy ${version} asks less than the one that ships: ${looser.slice(0, mostLooser).join(' ')}${more}`,
    next: 'firebreak ir policy shows it; take from POLICY_FILE what is not needed, and start the server again',
  };
}

type Followed = readonly { readonly entries: number }[];

const entries = (list: Followed) =>
  counted(
    list.reduce((sum, one) => sum + one.entries, 0),
    'entry',
    'entries',
  );

/** Timelines of which none is broken: followed entry by entry, or held against their heads alone. */
export function timelinesFinding(found: {
  readonly followed: Followed;
  readonly byHead: Followed;
}): Finding {
  const about = 'timelines';
  const { followed, byHead } = found;
  const whole = `${counted(followed.length, 'timeline')}, the instance’s own among them, hold from first to last entry (${entries(followed)}) and are signed.`;
  if (byHead.length === 0) return { about, state: 'works', text: whole };
  return {
    about,
    state: 'note',
    text: `${whole} ${counted(byHead.length, 'older one')} (${entries(byHead)}): only that their ends are there and what was signed of them.`,
    next: 'firebreak export INC-… --format json --out FILE and firebreak verify FILE follow one of them',
  };
}

/** With which keys timelines were signed, oldest first. */
export function signersFinding(keyIds: readonly string[]): readonly Finding[] {
  if (keyIds.length < 2) return [];
  return [
    {
      about: 'signing keys',
      state: 'note',
      text: `Timelines were signed with ${keyIds.length} keys, oldest first: ${listed(keyIds)}.`,
      next: 'firebreak verify FILE says of an export where the key changed; firebreak public-key prints the one of now',
    },
  ];
}

/** @param whose `INC-7`, or the instance */
export function brokenTimeline(whose: string, problem: string): Finding {
  return {
    about: `timeline of ${whose}`,
    state: 'fix',
    text: problem,
    next: 'Keep this database as evidence, and restore the newest good backup elsewhere',
  };
}

/** What a platform said of our account when it was asked just now. */
export type Account = {
  readonly identity: string;
  readonly version?: string;
  readonly missing: readonly { readonly permission: string; readonly consequence: string }[];
  readonly excess: readonly string[];
  readonly capabilities?: { readonly publicationStatus?: boolean };
};

/** Whether a session shows what is really published; a refused one is told as what is missing. */
function sessionWords({ kind }: Connection, { capabilities }: Account): string {
  if (kind !== 'n8n' || !capabilities || capabilities.publicationStatus === false) return '';
  if (capabilities.publicationStatus === undefined) return ', without a session';
  return ', and its session shows what is really published';
}

/** Reachable and accepted, and what the key lacks or has too much of. */
export function accountFindings(connection: Connection, account: Account): readonly Finding[] {
  const about = `connection ${connection.name}`;
  const version = account.version ? `, version ${account.version}` : '';
  const again = connectLine(connection);
  return [
    {
      about,
      state: 'works',
      text: `Reachable${version}; the key is accepted as ${account.identity}${sessionWords(connection, account)}.`,
    },
    ...account.missing.map(({ permission, consequence }): Finding => ({
      about,
      state: 'fix',
      ...(permission === aWorkingSession
        ? {
            text: `The session besides the key does not work. ${consequence}`,
            next: `Enter the key and the session again: ${again}`,
          }
        : {
            text: `The key lacks ${permission}. ${consequence}`,
            next: `Give the key that permission, or make another one and: ${again}`,
          }),
    })),
    ...(account.excess.length === 0
      ? []
      : [
          {
            about,
            state: 'note',
            text: `The key may do more than is needed: ${listed(account.excess, 8)}.`,
            next: 'Take these permissions from the key; whoever steals it has them too',
          } as const,
        ]),
  ];
}

/** All findings as one answer; `failed` when something must be fixed. */
export function diagnosis(findings: readonly Finding[]): View {
  const toFix = findings.filter(({ state }) => state === 'fix');
  const words = { works: 'works', note: 'note', fix: 'TO FIX' } as const;
  const steps = findings.flatMap(({ about, next }) => (next ? [`${about}: ${next}`] : []));
  return {
    kind: 'view',
    title:
      toFix.length === 0
        ? 'Everything that Firebreak needs works.'
        : `${counted(toFix.length, 'thing')} to fix.`,
    blocks: [
      {
        kind: 'table',
        columns: ['', 'what', 'how it is'],
        rows: findings.map(({ about, state, text }) => [words[state], about, text]),
      },
      ...(steps.length === 0 ? [] : [{ kind: 'list', items: steps } as const]),
    ],
    next: [],
    audience: 'person',
    outcome: toFix.length === 0 ? 'done' : 'failed',
    data: { findings: findings.map((finding) => ({ ...finding })) },
  };
}
