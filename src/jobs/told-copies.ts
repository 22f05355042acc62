import type { Told } from '../domain/action.ts';
import { acquittedIn } from '../domain/conviction.ts';
import { copiesSeen } from '../domain/copies-seen.ts';
import { keyText } from '../domain/inventory.ts';
import type { Action } from '../domain/plan.ts';
import { openCopies } from '../domain/told-copies.ts';
import { isWatched } from '../domain/watch.ts';
import { PlatformError, UserError } from '../errors.ts';
import type { Drive } from './drive.ts';

/** How many events of an incident are searched for verdicts on copies. */
const eventsRead = 10_000;

/**
 * Looks at what was told to do again what this plan contained: while a copy is on, a verification
 * of the target alone does not make it contained.
 */
export async function lookAtToldCopies(drive: Drive): Promise<void> {
  const wanted = drive.actions.filter(
    (one) => one.state !== 'contradicted' && isWatched(one) && openCopies(one).length > 0,
  );
  if (wanted.length === 0) return;
  const { store } = drive.context;
  const { incident } = drive.plan;
  const harmless = acquittedIn(await store.timeline.latest(incident, eventsRead));
  const looks = new Map<string, Promise<boolean | undefined>>();
  const isOn = (copy: Told): Promise<boolean | undefined> => {
    const key = keyText(copy.key);
    const look =
      looks.get(key) ?? (harmless.has(key) ? Promise.resolve(undefined) : see(drive, copy));
    looks.set(key, look);
    return look;
  };
  for (const action of wanted) await tellOne(drive, action, isOn);
}

async function tellOne(
  drive: Drive,
  action: Action,
  isOn: (copy: Told) => Promise<boolean | undefined>,
): Promise<void> {
  const seen: { readonly copy: Told; readonly isOn: boolean }[] = [];
  for (const copy of openCopies(action)) {
    const on = await isOn(copy);
    if (on !== undefined) seen.push({ copy, isOn: on });
  }
  const told = copiesSeen({ plan: drive.plan, action, isGone: false }, seen, drive.context.now());
  if (told) await drive.record(told);
}

/** Undefined for what another plan of the incident contains. Of what cannot be looked at, the last word stands. */
async function see(drive: Drive, { key, isOn }: Told): Promise<boolean | undefined> {
  const { context, plan, connection, signal } = drive;
  const plans = await context.store.plans.containing(key);
  if (plans.some(({ incident }) => incident === plan.incident)) return undefined;
  try {
    const platform =
      key.connection === connection.id
        ? drive.platform
        : (await context.platformOf(key.connection)).platform;
    return (await platform.observe(key.id, signal)).active;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof PlatformError && error.code === 'not_found') return false;
    if (error instanceof PlatformError || error instanceof UserError) return isOn;
    throw error;
  }
}
