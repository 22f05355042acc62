import { scheduleJob } from 'node-schedule';

/** Every five minutes, as cron says it. */
const housekeeping = '*/5 * * * *';

/**
 * The one clock. It holds no state: what it starts reads what is stored.
 *
 * @param options.maintain  housekeeping of the embedded database, which does none by itself
 */
export function startClock(options: {
  readonly maintain: () => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}): { stop(): void } {
  const job = scheduleJob(housekeeping, () => {
    options.maintain().catch(options.onFailure);
  });
  return {
    stop: () => {
      job.cancel();
    },
  };
}
