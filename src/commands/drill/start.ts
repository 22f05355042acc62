import { z } from 'zod';

import type { Connection } from '../../domain/connection.ts';
import { assertStage, canStage, startDrill } from '../../domain/drill.ts';
import type { Scenario } from '../../domain/scenario.ts';
import { listed } from '../../domain/wording.ts';
import { UserError } from '../../errors.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { connectionOf } from '../connection-of.ts';
import { deciderOf } from '../deciding.ts';
import { drillView } from '../drill-view.ts';
import { lookView, warned } from '../incident-view.ts';
import { nearest } from '../nearest.ts';

export const drillStart = defineCommand({
  name: 'drill start',
  summary: 'Play a scenario on the simulated platform, which begins anew; alone it lists them',
  examples: ['drill start leaked-secret', 'drill start leaked-secret on:shop', 'drill start'],
  words: ['scenario?'],
  options: { on: 'Which simulated connection; without it the one that the scenario is for' },
  permission: 'responder',
  input: z.object({
    scenario: z.string().max(60).exactOptional(),
    on: z.string().max(60).exactOptional(),
  }),

  async run(context, { scenario: typed, on }) {
    const { store, caller, newId } = context;
    const scenarios = await context.scenarios.list();
    if (typed === undefined) return listOf(scenarios, await store.connections.list());
    const scenario = scenarioCalled(scenarios, typed);
    const connection = await stageFor(context, scenario, on);
    await refuseBusy(context, connection);
    const change = startDrill({ id: newId(), scenario, connection }, deciderOf(context));
    const [drill] = change.drills;
    const rooms = [{ room: caller.room, incident: drill.incident }];
    const saved = await store.save({ ...change, rooms });
    const [incident = change.incidents[0]] = saved.incidents;
    if (incident === undefined) throw new Error('A drill was stored without its incident.');
    return drillView(context, incident, drill);
  },
});

function listOf(scenarios: readonly Scenario[], connections: readonly Connection[]) {
  const playable = scenarios.filter((scenario) =>
    connections.some((one) => one.environment === 'drill' && canStage(one, scenario)),
  );
  const missing = scenarios.filter((scenario) => !playable.includes(scenario));
  const estates = [...new Set(missing.map(({ estate }) => estate))];
  return lookView({
    title: 'Scenarios that can be played on the simulated platform',
    blocks: [
      {
        kind: 'table',
        columns: ['scenario', 'title', 'severity', 'played on'],
        rows: scenarios.map(({ id, title, severity, estate }) => [id, title, severity, estate]),
      },
      ...estates.map((estate) => warned(notConnected(estate))),
    ],
    next: playable.slice(0, 3).map(({ id }) => `drill start ${id}`),
    data: {
      scenarios: scenarios.map(({ id, title, severity, estate }) => ({
        id,
        title,
        severity,
        estate,
      })),
    },
  });
}

function notConnected(estate: string): string {
  return `The simulated estate ${estate} is not connected, so nothing can be played on it. ${howToConnect(estate)}`;
}

function howToConnect(estate: string): string {
  return `An admin types in a shell: \`firebreak connect sandbox --url sandbox://${estate} --name ${estate}\``;
}

function scenarioCalled(scenarios: readonly Scenario[], typed: string): Scenario {
  const asked = typed.toLowerCase();
  const found = scenarios.find(({ id }) => id === asked);
  if (found) return found;
  const ids = scenarios.map(({ id }) => id);
  throw new UserError('not_found', `There is no scenario “${typed}”.`, {
    hint: '`drill start` lists them.',
    candidates: nearest(asked, ids),
  });
}

/** The connection that was named, or the simulated one that the scenario is written for. */
async function stageFor(
  context: CommandContext,
  scenario: Scenario,
  named: string | undefined,
): Promise<Connection> {
  if (named !== undefined) {
    const connection = await connectionOf(context, named);
    assertStage(connection, scenario);
    return connection;
  }
  const all = await context.store.connections.list();
  const fitting = all.filter((one) => canStage(one, scenario));
  const [connection, ...others] = fitting;
  if (connection === undefined) {
    throw new UserError(
      'not_ready',
      `${scenario.id} is played on the simulated estate ${scenario.estate}, which is not connected.`,
      {
        hint: howToConnect(scenario.estate),
      },
    );
  }
  if (others.length === 0) return connection;
  throw new UserError('ambiguous', `${scenario.id} can be played on several connections.`, {
    hint: `e.g. add \`on:${connection.name}\``,
    candidates: fitting.map(({ name }) => `on:${name}`),
  });
}

/**
 * Everything there begins anew, so nobody may rely on it: neither another drill nor an incident
 * that keeps something off.
 *
 * @throws UserError `conflict`
 */
async function refuseBusy({ store, caller }: CommandContext, at: Connection): Promise<void> {
  const viewer = caller.person.id;
  const drill = await store.drills.on(at.id);
  if (drill) {
    const incident = await store.incidents.byId(drill.incident, viewer);
    const name = incident?.name ?? 'another drill';
    throw new UserError('conflict', `${at.name} is in use by ${name}.`, {
      hint: drill.endedAt
        ? 'It is being put back: try again in a moment.'
        : `\`drill end in:${name}\` ends it.`,
    });
  }
  const running = (await store.plans.running()).filter(({ connections }) =>
    connections.some(({ id }) => id === at.id),
  );
  const held = await store.watch.held(at.id);
  const ids = new Set([
    ...held.map(({ plan }) => plan.incident),
    ...running.map((one) => one.incident),
  ]);
  if (ids.size === 0) return;
  const seen = await Promise.all([...ids].map((id) => store.incidents.byId(id, viewer)));
  const names = seen.map((one) => one?.name ?? 'an incident that you cannot see');
  throw new UserError(
    'conflict',
    `${listed([...new Set(names)])} keeps workflows of ${at.name} off, and a drill lets everything there begin anew.`,
    {
      hint: 'Undo that containment (`contain undo`), or `resolve` and `close` the incident, first.',
    },
  );
}
