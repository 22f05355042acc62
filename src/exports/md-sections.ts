import type { Connection } from '../domain/connection.ts';
import type { Evidence } from '../domain/evidence.ts';
import { notHadWords, originWords } from '../domain/evidence.ts';
import type { PersonId } from '../domain/person.ts';
import { targetNoun } from '../domain/plan-words.ts';
import type { Action, ActionState } from '../domain/plan.ts';
import { actionStates } from '../domain/plan.ts';
import { needsInWords } from '../domain/policy.ts';
import type { RevocationRecord } from '../domain/revocation.ts';
import { revocationWords } from '../domain/revocation.ts';
import type { ExportedPlan, ExportSource } from './export.ts';
import { capital, code, inert, table } from './markdown.ts';
import type { ShowMoment } from './moment.ts';

type NameOf = (person: PersonId) => string;

/** How people are called, and with which kind of code a plan was set going, by its name. */
type Told = { readonly nameOf: NameOf; readonly codes: ReadonlyMap<string, string> };

/** What was planned, who agreed, what was done, and how sure it is. */
export function plansSection(source: ExportSource, show: ShowMoment, told: Told): string {
  if (source.plans === undefined) return '';
  if (source.plans.length === 0) return '\n## Containment\n\nNothing was planned.\n\n';
  return [
    '\n## Containment\n',
    '*Verified* means read back from the platform by another path than the write; *contradicted*,',
    'that the platform showed otherwise; *unverifiable*, that no proof can be had.\n',
    ...source.plans.map((plan) => planPart(plan, source, show, told)),
  ].join('\n');
}

function planPart(
  { plan, approvals, actions }: ExportedPlan,
  source: ExportSource,
  show: ShowMoment,
  { nameOf, codes }: Told,
): string {
  const facts: (readonly [string, string])[] = [
    ['Purpose', plan.purpose],
    ['Selected by', inert(plan.query)],
    ['Requested', `${show.both(plan.createdAt)} by ${nameOf(plan.requestedBy)}`],
    ...(plan.leave
      ? [
          ['Class', `${plan.leave.class}, by policy ${plan.leave.policy}`] as const,
          ['Needs', inert(needsInWords(plan.leave, plan.approvalsNeeded))] as const,
        ]
      : []),
    ...approvals.map(({ person, decision, at, reason, steppedUp }): readonly [string, string] => [
      decision === 'yes' ? 'Approved' : 'Denied',
      `${show.both(at)} by ${nameOf(person)}${codeWords(steppedUp)}${reason === undefined ? '' : `: ${inert(reason)}`}`,
    ]),
    ...overrideFacts(plan, show, nameOf),
    ['Digest', code(plan.digest)],
    ['State', plan.state + (plan.stateReason === undefined ? '' : `: ${inert(plan.stateReason)}`)],
  ];
  if (plan.startedAt) {
    const by = plan.startedBy === undefined ? '' : ` by ${nameOf(plan.startedBy)}`;
    facts.push(['Started', `${show.both(plan.startedAt)}${by}${codeWords(codes.get(plan.name))}`]);
  }
  if (plan.finishedAt) facts.push(['Finished', show.both(plan.finishedAt)]);
  facts.push(['Actions', counts(actions)]);
  return [
    `### ${inert(plan.name)}\n`,
    table(['', ''], facts),
    table(
      [capital(targetNoun(plan)), 'Connection', 'Action', 'State', 'Settled', 'Because'],
      actions.map((action) => actionRow(action, source, show)),
    ),
  ].join('\n');
}

/** Who did without the yes of another person and why, and who looked at that after. */
function overrideFacts(
  { override }: ExportedPlan['plan'],
  show: ShowMoment,
  nameOf: NameOf,
): readonly (readonly [string, string])[] {
  if (override === undefined) return [];
  const { by, at, reason, review } = override;
  return [
    ['Overridden', `${show.both(at)} by ${nameOf(by)}, the commander: ${inert(reason)}`],
    [
      'Reviewed',
      review
        ? `${show.both(review.at)} by ${nameOf(review.by)}: ${inert(review.finding)}`
        : 'not yet',
    ],
  ];
}

/** That somebody proved just then who they are. */
function codeWords(kind: string | undefined): string {
  return kind === undefined ? '' : ` with a code (${inert(kind)})`;
}

function actionRow(action: Action, source: ExportSource, show: ShowMoment): readonly string[] {
  return [
    `${code(action.ref)} ${inert(action.workflowName)}`,
    connectionName(action.connection, source.connections),
    action.lever,
    action.state,
    action.settledAt ? show.both(action.settledAt) : '',
    inert(action.reason ?? action.proofs.map(({ text }) => text).join('; ')),
  ];
}

function counts(actions: readonly Action[]): string {
  const count = (state: ActionState): number =>
    actions.filter((action) => action.state === state).length;
  const told = actionStates.filter((state) => count(state) > 0);
  return told.map((state) => `${count(state)} ${state}`).join(', ') || 'none';
}

/** What became of credentials; what only people say is marked as such. */
export function revocationsSection(source: ExportSource, show: ShowMoment, nameOf: NameOf): string {
  if (source.revocations === undefined || source.revocations.length === 0) return '';
  return [
    '\n## Credentials\n',
    table(
      ['Credential', 'Connection', 'State', 'Since', 'Because'],
      source.revocations.map((record) => [
        `${code(record.ref)} ${inert(record.name)}`,
        connectionName(record.connection, source.connections),
        revocationWords(record),
        show.both(record.at),
        [inert(record.text), ...testimonies(record, show, nameOf)].join(' '),
      ]),
    ),
    '',
  ].join('\n');
}

function testimonies(
  { doneByHand, confirmedByHand }: RevocationRecord,
  show: ShowMoment,
  nameOf: NameOf,
): readonly string[] {
  return [doneByHand, confirmedByHand].flatMap((one) =>
    one ? [`${nameOf(one.by)}, ${show.both(one.at)}: ${inert(one.text)}`] : [],
  );
}

/** Each piece of evidence with its hash and custody. */
export function evidenceSection(source: ExportSource, show: ShowMoment, nameOf: NameOf): string {
  if (source.evidence === undefined) return '';
  if (source.evidence.length === 0) return '\n## Evidence\n\nNone was collected.\n\n';
  return [
    '\n## Evidence\n',
    table(
      ['', 'What', 'From', 'SHA-256', 'Bytes', 'Collected', 'By'],
      source.evidence.map((evidence) => [
        inert(evidence.name),
        inert(evidence.title),
        originOf(evidence, source),
        code(evidence.sha256),
        String(evidence.sizeBytes),
        show.both(evidence.collectedAt),
        evidence.collectedBy === undefined ? 'Firebreak' : nameOf(evidence.collectedBy),
      ]),
    ),
    ...source.evidence
      .filter(({ notHad = [] }) => notHad.length > 0)

      .map(
        ({ name, from, notHad = [] }) =>
          `${inert(`${name}: the evidence of ${originWords(from)} is not whole. ${notHadWords(notHad)}`)}\n`,
      ),
  ].join('\n');
}

function originOf({ from }: Evidence, { connections }: ExportSource): string {
  const words = inert(originWords(from));
  return from.kind === 'message'
    ? `${words} in ${code(from.room)}`
    : `${words} on ${connectionName(from.connection, connections)}`;
}

/** What the answers during the incident rested on, and what they could not see. */
export function connectionsSection(source: ExportSource, show: ShowMoment): string {
  if (source.connections === undefined) return '';
  if (source.connections.length === 0) {
    return '\n## What Firebreak could see\n\nNo connection was involved.\n\n';
  }
  return [
    '\n## What Firebreak could see\n',
    ...source.connections.map((connection) => coverageOf(connection, show)),
    '\n',
  ].join('\n');
}

function coverageOf({ coverage, ...connection }: Connection, show: ShowMoment): string {
  const version = connection.version === undefined ? '' : ` ${inert(connection.version)}`;
  const what = `- **${inert(connection.name)}** (${connection.kind}${version}, ${connection.environment}): `;
  if (coverage === undefined) return `${what}never synced, so nothing is known of it.`;
  const at = connection.syncedAt ? `, as of ${show.both(connection.syncedAt)}` : '';
  const { nodes, workflows } = coverage.runtimeHosts;
  return [
    `${what}${coverage.workflows} workflows, ${coverage.credentials} credentials, ${coverage.users} users${at}.`,
    ...(nodes > 0
      ? [
          `Hosts known only at run time: ${nodes} nodes in ${workflows} workflows; no search by host finds them.`,
        ]
      : []),
    ...coverage.gaps.map(inert),
  ].join(' ');
}

function connectionName(id: string, connections: readonly Connection[] = []): string {
  return inert(connections.find((connection) => connection.id === id)?.name ?? id);
}
