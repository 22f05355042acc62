import { z } from 'zod';

import { defineCommand } from '../command.ts';
import { namesOf } from '../deciding.ts';
import { lookView, said } from '../incident-view.ts';
import { endWhatIsOver, requestJson } from '../request-of.ts';
import { showBoth } from '../show-time.ts';
import { zoneOf } from '../when.ts';

/** So many of those that have ended are shown besides. */
const shownRequests = 20;
const digestCharacters = 8;

export const requestList = defineCommand({
  name: 'request list',
  aliases: ['requests'],
  summary: 'What admins ask of each other: changes of Firebreak’s own security',
  examples: ['request list'],
  words: [],
  permission: 'admin',
  alsoFor: ['auditor'],
  input: z.object({}),

  async run(context) {
    await endWhatIsOver(context);
    const { store, caller } = context;
    const requests = await store.securityRequests.latest(shownRequests);
    const names = await namesOf(context);
    const zone = zoneOf(context);
    const forMe = requests.filter(
      ({ state, requestedBy }) => state === 'open' && requestedBy !== caller.person.id,
    );
    return lookView({
      title: 'What admins ask of each other',
      blocks:
        requests.length === 0
          ? [said('Nothing was asked for yet. `policy` says what two admins must agree to.')]
          : [
              {
                kind: 'table',
                columns: ['request', 'to', 'asked by', 'state', 'until', 'digest'],
                rows: requests.map((one) => [
                  one.name,
                  one.text,
                  names(one.requestedBy),
                  one.decidedBy ? `${one.state} by ${names(one.decidedBy)}` : one.state,
                  showBoth(one.expiresAt, zone),
                  one.digest.slice(0, digestCharacters),
                ]),
              },
            ],
      next: forMe.slice(0, 2).map(({ name }) => `request approve ${name}`),
      data: { requests: requests.map(requestJson) },
    });
  },
});
