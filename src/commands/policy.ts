import { z } from 'zod';

import type { ActionClass, ApprovalPolicy } from '../domain/policy.ts';
import { actionClasses, asksReason, liftedInWords, wayInWords } from '../domain/policy.ts';
import type { Block } from '../domain/reply.ts';
import { counted, listed, span } from '../domain/wording.ts';
import { defineCommand } from './command.ts';
import { lookView, said, warned } from './incident-view.ts';

/** What only reads makes no plan. */
const byPermission: readonly ActionClass[] = ['R0', 'R0s'];

export const policyCommand = defineCommand({
  name: 'policy',
  summary: 'Who must agree to what: the classes of what is done, and what each needs',
  examples: ['policy'],
  words: [],
  permission: 'viewer',
  input: z.object({}),

  run({ policy }) {
    const { roleAgeMs, aloneEachHour, aloneShare, pendingAtMost, version } = policy;
    return Promise.resolve(
      lookView({
        title: `Approval policy ${version}`,
        blocks: [
          {
            kind: 'table',
            columns: ['class', 'what', 'needs', 'plans live'],
            rows: actionClasses.map((name) => {
              const { what, targetsAtMost, ways, lifeMs } = policy.classes[name];
              const most = targetsAtMost === undefined ? '' : `, at most ${targetsAtMost}`;
              const needs = byPermission.includes(name)
                ? `the permission of the verb${asksReason({ ways }) ? ', a reason and an entry of the timeline' : ''}`
                : ways.map(wayInWords).join('; or ');
              return [name, `${what}${most}`, needs, span(lifeMs)];
            }),
          },
          said(
            `Nobody says yes to a plan of their own, and no yes counts by a permission younger than ${span(roleAgeMs)}, unless two admins gave it or the instance was made that day. On nobody else’s yes one person disables at most ${counted(aloneEachHour, 'workflow')} an hour, and all together at most ${aloneShare.percent} % of a connection a day (${aloneShare.atLeast} in any case), single nodes counted like workflows and a freeze not; beyond that any plan takes ${liftedInWords(policy)}. One person has at most ${counted(pendingAtMost, 'plan')} that wait for others. Drills ask for no code and no age.`,
          ),
          said(ownSecurityWords(policy)),
          ...looserBlocks(policy),
          said(
            'What is to be otherwise stands in a file on the server (POLICY_FILE), which reads it when it starts. What is stricter holds at once; what is looser waits for the yes of another admin, and until no incident is open.',
          ),
        ],
        next: ['me factor'],
        data: {
          version,
          classes: Object.keys(policy.classes),
          looser: policy.looser ?? [],
        },
      }),
    );
  },
});

/** What is looser than in the policy that ships. */
function looserBlocks({ looser = [] }: ApprovalPolicy): readonly Block[] {
  if (looser.length === 0) return [];
  return [
    warned('This policy asks less than the one that ships:'),
    { kind: 'list', items: looser },
  ];
}

function ownSecurityWords({ ownSecurity, classes }: ApprovalPolicy): string {
  const { given, afterLossMs, codeOf } = ownSecurity;
  const proves = codeOf === 'everyone' ? 'Whoever' : 'Whoever has a factor and';
  return (
    `R5: to add somebody as ${listed(given)}, to give one of these, to switch somebody on again who has one, to take away another’s factor, to make a new token for somebody who acts and has had one, to connect a production platform or give it another address or key, and to give Firebreak a way to the provider of a credential there, takes the yes of another admin within ${span(classes.R5.lifeMs)} (\`request list\`), once there is one who can get in. ${proves} agrees types a code; in a chat nobody agrees, nor does it alone. ` +
    `Who is the only one does it alone, yet not within ${span(afterLossMs)} after another one has gone. The local operator may without the other, in a shell and with a reason (\`request alone\`). ` +
    'Taking away and switching off need one admin, at once. All admins are told of all of it. Where all connections are drills nobody is asked, nor for one that is a drill. ' +
    'While an open incident uses a production connection it is neither moved to another address nor let into a private network; another key is taken.'
  );
}
