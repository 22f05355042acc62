import { createHash } from 'node:crypto';

import { and, asc, desc, eq, isNull, lte } from 'drizzle-orm';

import type { Reminder } from '../domain/runbook-overdue.ts';
import type { RunbookRun, StepVisit } from '../domain/runbook-run.ts';
import { StaleError } from '../errors.ts';
import type { Change } from './change.ts';
import { nextNumber } from './counters.ts';
import type { Db } from './database.ts';
import { visibleTo } from './incidents.ts';
import { isUuid, present } from './rows.ts';
import type { RunbookRuns } from './store.ts';
import { incidents } from './tables/incidents.ts';
import { runbookRuns, runbookSteps } from './tables/runbooks.ts';

/** Runs in private incidents are numbered at random up here, so that no gap below gives them away. */
const privateNumbers = { from: 100_000, count: 900_000 } as const;

/** Reads of runbook runs and of the steps they have visited. */
export function runbookRunsStore(db: Db): RunbookRuns {
  return {
    async byName(name, viewer) {
      const [, digits] = /^(?:r-)?(\d{1,9})$/i.exec(name.trim()) ?? [];
      if (digits === undefined) return undefined;
      const [found] = await db
        .select({ row: runbookRuns })
        .from(runbookRuns)
        .innerJoin(incidents, eq(incidents.id, runbookRuns.incident))
        .where(and(eq(runbookRuns.number, Number(digits)), visibleTo(viewer)));
      return found && runOf(found.row);
    },

    async ofIncident(incident) {
      if (!isUuid(incident)) return [];
      const rows = await db
        .select()
        .from(runbookRuns)
        .where(eq(runbookRuns.incident, incident))
        .orderBy(desc(runbookRuns.startedAt), desc(runbookRuns.number));
      return rows.map(runOf);
    },

    async overdue(now) {
      const rows = await db
        .select({ row: runbookRuns })
        .from(runbookSteps)
        .innerJoin(runbookRuns, eq(runbookRuns.id, runbookSteps.run))
        .innerJoin(incidents, eq(incidents.id, runbookRuns.incident))
        .where(
          and(
            eq(runbookSteps.state, 'current'),
            lte(runbookSteps.dueAt, now),
            isNull(runbookSteps.commanderRemindedAt),
            eq(runbookRuns.state, 'running'),
            isNull(incidents.closedAt),
          ),
        )
        .orderBy(asc(runbookSteps.dueAt));
      return rows.map(({ row }) => runOf(row));
    },

    async visits(run) {
      if (!isUuid(run)) return [];
      const rows = await db
        .select()
        .from(runbookSteps)
        .where(eq(runbookSteps.run, run))
        .orderBy(asc(runbookSteps.position));
      return rows.map(visitOf);
    },
  };
}

/** Writes what a change holds of runs. @throws StaleError */
export async function writeRunbooks(
  tx: Db,
  change: Pick<Change, 'runbookRuns' | 'runbookSteps' | 'runbookReminders'>,
): Promise<readonly RunbookRun[]> {
  await writeReminders(tx, change.runbookReminders ?? []);
  return await writeRunbookRuns(tx, change.runbookRuns ?? [], change.runbookSteps ?? []);
}

/**
 * Writes runs and the visits that go with them. A new run gets its name; of a stored one only its
 * life changes, never the text that it pins.
 *
 * @throws StaleError when somebody else pressed since the run was loaded
 */
async function writeRunbookRuns(
  tx: Db,
  runs: readonly RunbookRun[],
  visits: readonly StepVisit[],
): Promise<readonly RunbookRun[]> {
  const written: RunbookRun[] = [];
  for (const run of runs) {
    written.push(run.revision === 0 ? await start(tx, run) : await carryOn(tx, run));
  }
  for (const visit of visits) {
    if (!written.some(({ id }) => id === visit.run)) {
      throw new Error('A visit is written together with its run, whose revision guards it.');
    }
    await writeVisit(tx, visit);
  }
  return written;
}

/**
 * Notes that somebody was reminded of a step. A press does not take part in it: neither makes the
 * other a conflict.
 *
 * @throws StaleError when that was noted before, or the step is over
 */
async function writeReminders(tx: Db, reminders: readonly Reminder[]): Promise<void> {
  for (const { run, position, whom, at } of reminders) {
    const noted =
      whom === 'owner' ? runbookSteps.ownerRemindedAt : runbookSteps.commanderRemindedAt;
    const written = await tx
      .update(runbookSteps)
      .set(whom === 'owner' ? { ownerRemindedAt: at } : { commanderRemindedAt: at })
      .where(
        and(
          eq(runbookSteps.run, run),
          eq(runbookSteps.position, position),
          eq(runbookSteps.state, 'current'),
          isNull(noted),
        ),
      )
      .returning({ position: runbookSteps.position });
    if (written.length === 0) throw new StaleError(`Step ${position}`);
  }
}

async function start(tx: Db, run: RunbookRun): Promise<RunbookRun> {
  const number = await newNumber(tx, run);
  await tx.insert(runbookRuns).values({
    id: run.id,
    number,
    incident: run.incident,
    runbook: run.runbook,
    title: run.title,
    contentSha256: run.contentSha256,
    content: run.content,
    inputs: run.inputs,
    state: run.state,
    parent: run.parent?.run ?? null,
    parentPosition: run.parent?.position ?? null,
    startedBy: run.startedBy,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt ?? null,
    revision: 1,
  });
  return { ...run, name: nameOf(number), revision: 1 };
}

async function carryOn(tx: Db, run: RunbookRun): Promise<RunbookRun> {
  const [row] = await tx
    .update(runbookRuns)
    .set({
      state: run.state,
      finishedAt: run.finishedAt ?? null,
      revision: run.revision + 1,
    })
    .where(and(eq(runbookRuns.id, run.id), eq(runbookRuns.revision, run.revision)))
    .returning();
  if (row === undefined) throw new StaleError(run.name);
  return runOf(row);
}

async function writeVisit(tx: Db, visit: StepVisit): Promise<void> {
  const life = {
    state: visit.state,
    assigned: visit.assigned ?? null,
    answer: visit.answer ?? null,
    note: visit.note ?? null,
    plan: visit.plan ?? null,
    endedAt: visit.endedAt ?? null,
    endedBy: visit.endedBy ?? null,
  };
  await tx
    .insert(runbookSteps)
    .values({
      run: visit.run,
      position: visit.position,
      step: visit.step,
      owner: visit.owner ?? null,
      startedAt: visit.startedAt,
      dueAt: visit.dueAt ?? null,
      ...life,
    })
    .onConflictDoUpdate({ target: [runbookSteps.run, runbookSteps.position], set: life });
}

async function newNumber(tx: Db, run: RunbookRun): Promise<number> {
  const [incident] = await tx
    .select({ visibility: incidents.visibility })
    .from(incidents)
    .where(eq(incidents.id, run.incident));
  if (incident?.visibility !== 'private') return nextNumber(tx, 'runbook_run');
  for (let attempt = 0; ; attempt += 1) {
    // The run's id is random and made for this run: all the chance that a number needs.
    const chance = createHash('sha256').update(`${run.id} ${attempt}`).digest().readUIntBE(0, 6);
    const number = privateNumbers.from + (chance % privateNumbers.count);
    const taken = await tx
      .select({ id: runbookRuns.id })
      .from(runbookRuns)
      .where(eq(runbookRuns.number, number));
    if (taken.length === 0) return number;
  }
}

function nameOf(number: number): string {
  return `R-${number}`;
}

function runOf(row: typeof runbookRuns.$inferSelect): RunbookRun {
  const { number, finishedAt, parent, parentPosition, ...run } = row;
  const from =
    parent === null || parentPosition === null
      ? {}
      : { parent: { run: parent, position: parentPosition } };
  return { ...run, name: nameOf(number), ...from, ...present({ finishedAt }) };
}

function visitOf(row: typeof runbookSteps.$inferSelect): StepVisit {
  const { owner, assigned, answer, note, plan, dueAt, endedAt, endedBy, ...rest } = row;
  const { ownerRemindedAt, commanderRemindedAt, ...visit } = rest;
  const given = { owner, assigned, answer, note, plan, dueAt, endedAt, endedBy };
  return { ...visit, ...present({ ...given, ownerRemindedAt, commanderRemindedAt }) };
}
