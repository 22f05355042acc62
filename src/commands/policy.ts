import { z } from 'zod';

import type { ActionClass, ApprovalPolicy } from '../domain/policy.ts';
import { actionClasses, liftedInWords, wayInWords } from '../domain/policy.ts';
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
                ? 'the permission of the verb'
                : ways.map(wayInWords).join('; or ');
              return [name, `${what}${most}`, needs, span(lifeMs)];
            }),
          },
          said(
            `Nobody says yes to a plan of their own, and no yes counts by a permission younger than ${span(roleAgeMs)}, unless two admins gave it or the instance was made that day. On nobody else’s yes one person disables at most ${counted(aloneEachHour, 'workflow')} an hour, and all together at most ${aloneShare.percent} % of a connection a day (${aloneShare.atLeast} in any case), single nodes counted like workflows and a freeze not; beyond that any plan takes ${liftedInWords(policy)}. One person has at most ${counted(pendingAtMost, 'plan')} that wait for others. Drills ask for no code and no age.`,
          ),
          said(ownSecurityWords(policy)),
          warned(
            'Not asked of another admin yet, one decides, each time as an event of the instance: ways to providers. The policy itself comes with the version that runs; nobody changes it here.',
          ),
        ],
        next: ['me factor'],
        data: { version, classes: Object.keys(policy.classes) },
      }),
    );
  },
});

function ownSecurityWords({ ownSecurity, classes }: ApprovalPolicy): string {
  const { given, afterLossMs } = ownSecurity;
  return (
    `R5: to add somebody as ${listed(given)}, to give one of these, to switch somebody on again who has one, to take away another’s factor, to make a new token for somebody who acts and has had one, and to connect a production platform or give it another address or key, takes the yes of another admin within ${span(classes.R5.lifeMs)} (\`request list\`), once there is one who can get in. ` +
    `Who is the only one does it alone, yet not within ${span(afterLossMs)} after another one has gone. The local operator may without the other, in a shell and with a reason (\`request alone\`). ` +
    'Taking away and switching off need one admin, at once. All admins are told of all of it. Where all connections are drills nobody is asked, nor for one that is a drill. ' +
    'While an open incident uses a production connection it is neither moved to another address nor let into a private network; another key is taken.'
  );
}
