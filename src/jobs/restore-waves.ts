import type { Fact } from '../domain/inventory.ts';
import { keyText } from '../domain/inventory.ts';
import type { Action, ActionState } from '../domain/plan.ts';
import { wavesOf } from '../domain/waves.ts';
import { allOf, burstSettleMs, inBursts } from './bursts.ts';
import type { Drive } from './drive.ts';
import { skip } from './outcome.ts';
import { restore } from './restore.ts';
import { settle } from './settle.ts';

/**
 * Takes a containment back in waves: callees and error workflows first, and each burst is verified
 * before the next, so that nothing is switched on whose callee is not on again.
 */
export async function restoreAll(drive: Drive): Promise<void> {
  const { store } = drive.context;
  const contained = drive.plan.undoes ? await store.plans.actions(drive.plan.undoes) : [];
  const switchedOff = new Map(
    contained.flatMap((one) => (one.lever === 'disable' ? [[keyOf(one), one] as const] : [])),
  );
  const facts = await store.inventory.factsOf(drive.plan.targets);
  const enabling = drive.targets.flat();
  const own = new Map(enabling.map((action) => [action.workflow, action]));
  const needed = (action: Action, kinds: readonly Fact['kind'][]): readonly Action[] =>
    (facts.get(keyOf(action)) ?? []).flatMap(({ kind, value }) =>
      kinds.includes(kind) && value !== action.workflow ? (own.get(value) ?? []) : [],
    );
  const waves = wavesOf(enabling, (action) => needed(action, ['calls', 'error_workflow']));
  const isMany = enabling.filter((action) => isOpen(drive, action)).length > 1;
  await drive.aside.inPasses(isMany, (ended) =>
    restoreInWaves(drive, waves, { switchedOff, needed, ended }),
  );
}

/** What is set aside is met again by the next pass, and so is what calls it. */
async function restoreInWaves(
  drive: Drive,
  waves: readonly (readonly Action[])[],
  {
    switchedOff,
    needed,
    ended,
  }: {
    readonly switchedOff: ReadonlyMap<string, Action>;
    readonly ended: ReadonlySet<string>;
    readonly needed: (action: Action, kinds: readonly Fact['kind'][]) => readonly Action[];
  },
): Promise<void> {
  const met = new Set<Action>();
  for (const wave of waves) {
    const late = wave.filter(({ workflow }) => ended.has(workflow));
    await settle(drive, late, { until: settledUntil(drive) });
    const open = wave.filter(
      (action) =>
        isOpen(drive, action) &&
        !drive.aside.holds(action.workflow) &&
        !needed(action, ['calls']).some((callee) => met.has(callee) && isOpen(drive, callee)),
    );
    for (const burst of inBursts(open, drive.platform.pace.burst)) {
      for (const some of inBursts(burst, drive.platform.pace.atOnce)) {
        if (!(await drive.mayGoOn())) return;
        await allOf(
          some.map((action) =>
            drive.beside.give(action, () =>
              restoreOne(drive, drive.current(action), {
                contained: switchedOff.get(keyOf(action)),
                callees: needed(action, ['calls']),
              }),
            ),
          ),
        );
      }
      await settle(drive, burst, { until: settledUntil(drive) });
    }
    for (const action of wave) met.add(action);
  }
}

function settledUntil({ context }: Drive): Date {
  return new Date(context.now().getTime() + burstSettleMs);
}

function isOpen(drive: Drive, action: Action): boolean {
  return ['planned', 'requested'].includes(drive.current(action).state);
}

const notBack: ReadonlySet<ActionState> = new Set(['skipped', 'failed', 'contradicted']);

async function restoreOne(
  drive: Drive,
  action: Action,
  {
    contained,
    callees,
  }: { readonly contained: Action | undefined; readonly callees: readonly Action[] },
): Promise<void> {
  const missing = callees.find((callee) => notBack.has(drive.current(callee).state));
  // What was off before stays off, whatever became of its callees.
  if (missing && action.state === 'planned' && drive.targetOf(action)?.active) {
    const reason = `It calls ${missing.ref}, which is not on again; see to that one, then undo this again.`;
    await skip(drive, [action], reason);
    return;
  }
  await restore(drive, action, contained);
}

function keyOf({ connection, workflow }: Action): string {
  return keyText({ connection, id: workflow });
}
