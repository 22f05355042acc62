import { stringify } from 'yaml';

import { UserError } from '../errors.ts';
import { nameShape } from './name-shape.ts';
import { readRunbook } from './parse.ts';

/**
 * The text of a runbook to begin from: it holds one step of most kinds, says in comments what may
 * stand where, and passes the check as it is.
 *
 * @throws UserError `bad_input` when the id or title is none
 */
export function freshRunbook(id: string, title = titled(id)): string {
  if (!nameShape.safeParse(id).success) {
    throw new UserError('bad_input', `“${id}” cannot be the id of a runbook.`, {
      hint: 'Lower-case letters, digits and hyphens, at most 40: leaked-host',
    });
  }
  const text = textOf(id, title.replaceAll(/\s+/g, ' ').trim());
  if (readRunbook(text, `${id}.md`).kind === 'bad') {
    throw new UserError('bad_input', 'This title cannot stand in a runbook.', {
      hint: 'One line of plain words, at most 120 characters.',
    });
  }
  return text;
}

/** `leaked-host` as `Leaked host`. */
function titled(id: string): string {
  return `${id.slice(0, 1).toUpperCase()}${id.slice(1)}`.replaceAll('-', ' ');
}

function textOf(id: string, title: string): string {
  return `---
id: ${id}
${stringify({ title }, { lineWidth: 0 }).trim()}
version: 1
# For which kinds of incident it is, in your words.
for: []
# sev1 (worst) to sev4.
severity: sev2
# What a run asks for before it starts. A type is one of: credential, workflow, host, person,
# connection, text, choice (with choices: [one, other]), time.
inputs:
  workflow:
    type: workflow
    ask: Which workflow is it?
---

# ${title.replaceAll(/[\\`*_[\]#<>&!]/g, String.raw`\$&`)}

Say when somebody should take this runbook, and what it will have done at its end. Write for a reader
at three in the morning: short sentences, in the imperative.

${firstSteps}`;
}

const firstSteps = `## Is it still going on?

Say where to look, and when to give which answer. Answer \`yes\` if you see it happen or do not know;
\`no\` if it is over.

\`\`\`yaml step
id: going-on
# decide, identify, capture, act, verify, comms, clock or manual.
kind: decide
# commander, operations, … or responder, approver.
owner: commander
# How long it may take: 90s, 10m, 2h, 1d.
within: 5m
# Two or more, each to the id of a step, or to end.
answers:
  'yes': evidence
  'no': tell
\`\`\`

## Seal the evidence

Before anything changes.

\`\`\`yaml step
id: evidence
kind: capture
owner: responder
within: 10m
# What Firebreak does when somebody presses: the table is in docs/runbooks.md.
do: evidence.snapshot
# $workflow is the input from above, as a whole value.
with: { where: [{ workflow: $workflow }] }
\`\`\`

## Disable it

Nothing happens until somebody has approved the plan.

\`\`\`yaml step
id: disable
kind: act
owner: operations
within: 15m
do: contain.disable
with: { where: [{ workflow: $workflow }, { active: true }] }
\`\`\`

## Prove that it is off

Each act is followed by a step that verifies it: a platform's OK is no proof.

\`\`\`yaml step
id: prove
kind: verify
owner: operations
within: 30m
do: contain.verify
\`\`\`

## Tell everyone

Say who must know, and what to tell them.

\`\`\`yaml step
id: tell
# Without do, people do it and say so.
kind: comms
owner: communications
within: 30m
\`\`\`
`;
