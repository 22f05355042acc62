import { z } from 'zod';

import { actionClasses, wayInWords } from '../domain/policy.ts';
import { counted, span } from '../domain/wording.ts';
import { defineCommand } from './command.ts';
import { lookView, said } from './incident-view.ts';

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
              return [name, `${what}${most}`, ways.map(wayInWords).join('; or '), span(lifeMs)];
            }),
          },
          said(
            `Nobody says yes to a plan of their own, and no yes counts by a permission younger than ${span(roleAgeMs)}, unless two admins gave it or the instance was made that day. Alone one person disables at most ${counted(aloneEachHour, 'workflow')} an hour, and all together at most ${aloneShare.percent} % of a connection a day (${aloneShare.atLeast} in any case) unless the commander adds a code; one person has at most ${counted(pendingAtMost, 'plan')} that wait for others. Drills ask for no code and no age.`,
          ),
        ],
        next: ['me factor'],
        data: { version, classes: Object.keys(policy.classes) },
      }),
    );
  },
});
