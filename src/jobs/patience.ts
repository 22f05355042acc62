import type { NewTimelineEvent } from '../domain/timeline.ts';
import { span } from '../domain/wording.ts';
import { PlatformError } from '../errors.ts';
import type { Drive } from './drive.ts';

/** How long a call is made again, in ms, from when the platform first put us off like that. */
export const patienceMs = {
  /** It asks us to come back: it is there, and takes everything later. */
  asked: 10 * 60_000,
  /** It fails. That may be this workflow alone; see `Aside`. */
  failing: 60_000,
} as const;
/** What passes sooner than this is not worth a line of the timeline, in ms. */
const tellFromMs = 5_000;

/**
 * How much patience one connection still gets from a plan. It is counted in time and over all calls,
 * because a platform that is called too often puts off every call alike: the first call that is
 * taken renews it, and once it is used up each further call is made once.
 */
export class Patience {
  readonly #drive: Drive;
  readonly #since = new Map<keyof typeof patienceMs, Date>();
  #toldUntil: Date | undefined;

  constructor(drive: Drive) {
    this.#drive = drive;
  }

  /** A call was taken. */
  renew(): void {
    this.#since.clear();
  }

  /**
   * Waits before a call is made again. A cancel ends the wait at once; a pause ends that of a write,
   * which its caller sets aside, while a look waits out the rest.
   *
   * @param options.box when this call ends, with how much time it had, in ms
   * @throws PlatformError the given one, with how long it was borne, when that would take too long
   */
  async wait(
    error: PlatformError,
    pauseMs: number,
    {
      box,
      isWrite,
    }: {
      readonly box?: { readonly endsAt: Date; readonly ms: number } | undefined;
      readonly isWrite: boolean;
    },
  ): Promise<void> {
    const { context } = this.#drive;
    const now = context.now();
    const how = isAsked(error) ? 'asked' : 'failing';
    const since = this.#since.get(how) ?? now;
    this.#since.set(how, since);
    const spent = new Date(since.getTime() + patienceMs[how]);
    const until = new Date(now.getTime() + pauseMs);
    const own = { endsAt: spent, ms: patienceMs[how] };
    const atMost = box !== undefined && box.endsAt < spent ? box : own;
    if (until > atMost.endsAt) {
      const borneMs = now.getTime() - atMost.endsAt.getTime() + atMost.ms;
      throw givenUp(error, { pauseMs, borneMs, atMostMs: atMost.ms });
    }
    if (until.getTime() - since.getTime() >= tellFromMs) await this.#tell(error, until, spent);
    for (;;) {
      const state = await this.#drive.state();
      if (state === 'cancelled') throw withWords(error, 'The plan was cancelled meanwhile.');
      // Telling takes a while, in which others have waited as well.
      const leftMs = until.getTime() - context.now().getTime();
      if (leftMs <= 0 || (isWrite && state === 'paused')) return;
      await this.#drive.waitUnlessChanged(leftMs, state === undefined ? {} : { from: state });
    }
  }

  /** Once for as long as patience lasts, not once for each wait. */
  async #tell(error: PlatformError, until: Date, spent: Date): Promise<void> {
    if (this.#toldUntil && until <= this.#toldUntil) return;
    this.#toldUntil = spent;
    await this.#drive.record({ actions: [], events: [this.#event(error, until, spent)] });
  }

  #event(error: PlatformError, until: Date, spent: Date): NewTimelineEvent {
    const { plan, connection, context } = this.#drive;
    const failed = error.asking === undefined ? 'cannot answer' : `fails to ${error.asking}`;
    const why = isAsked(error) ? 'asks for patience' : `${failed} just now`;
    // A revocation asks the provider of the credential, never the platform.
    const who =
      plan.purpose === 'revoke'
        ? `the provider ${why}`
        : `the platform ${why} (${connection.name})`;
    return {
      chain: plan.incident,
      kind: 'plan_put_off',
      actor: { kind: 'firebreak' },
      source: 'job',
      occurredAt: context.now(),
      text:
        `${plan.name}: waits until ${time(until)}: ${who}. ` +
        (error.mayHaveHappened
          ? 'A call without an answer is made again a few times; then Firebreak reads back what it did.'
          : `A call that it has not taken by ${time(spent)} counts as failed.`),
      data: {
        plan: plan.name,
        connection: connection.id,
        until: until.toISOString(),
        atMost: spent.toISOString(),
      },
    };
  }
}

/** The platform itself asks us to come back. */
export function isAsked(error: PlatformError): boolean {
  return error.asksForPatience;
}

/** The failure of a call that is not made again, with how long it was borne. */
export function givenUp(
  error: PlatformError,
  ms: { readonly pauseMs: number; readonly borneMs: number; readonly atMostMs: number },
): PlatformError {
  const atMost = `${span(ms.atMostMs)} at most`;
  const borne = span(ms.borneMs);
  const words =
    ms.pauseMs > ms.atMostMs
      ? `It wants to be left alone for ${span(ms.pauseMs)}; Firebreak waits for ${atMost}.`
      : ms.borneMs > ms.atMostMs && span(ms.borneMs) !== span(ms.atMostMs)
        ? // Others were waited for meanwhile.
          `It has ${isAsked(error) ? 'put Firebreak off' : 'failed'} for ${borne}, longer than the ` +
          `${span(ms.atMostMs)} that Firebreak ${isAsked(error) ? 'waits' : 'tries'} for.`
        : isAsked(error)
          ? `It put Firebreak off for ${borne}; Firebreak waits for ${atMost}.`
          : // Nobody asked for that wait: it is our own, between the tries.
            `It failed for ${borne}, however often it was tried; Firebreak tries for ${atMost}.`;
  return withWords(error, words);
}

function withWords(error: PlatformError, words: string): PlatformError {
  return new PlatformError(error.platform, error.code, `${error.message} ${words}`, {
    cause: error,
    ...(error.status === undefined ? {} : { status: error.status }),
  });
}

/** `03:00:20 UTC` */
function time(at: Date): string {
  return `${at.toISOString().slice(11, 19)} UTC`;
}
