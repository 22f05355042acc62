import { scheduleJob } from 'node-schedule';

/** Every five minutes, as cron says it. */
const housekeeping = '*/5 * * * *';
/** Every minute: what was contained is looked at again, and who is late is reminded. */
const watching = '* * * * *';
/** Every second: what is due in chats. */
const chatting = '* * * * * *';

/**
 * The one clock. It holds no state: what it starts reads what is stored.
 *
 * @param options.maintain  housekeeping of the embedded database, which does none by itself
 * @param options.watch     asks for a look at what was contained, once for each tick
 * @param options.remind    reminds of steps of runbooks that are over their time
 * @param options.chat      answers and sends what is due in chats
 */
export function startClock(options: {
  readonly maintain: () => Promise<void>;
  readonly watch: (tick: Date) => Promise<void>;
  readonly remind: () => Promise<void>;
  readonly chat: () => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}): { stop(): void } {
  const { maintain, watch, remind, chat, onFailure } = options;
  const jobs = [
    scheduleJob(housekeeping, () => {
      maintain().catch(onFailure);
    }),
    scheduleJob(watching, (tick) => {
      watch(tick).catch(onFailure);
      remind().catch(onFailure);
    }),
    scheduleJob(chatting, () => {
      chat().catch(onFailure);
    }),
  ];
  return {
    stop: () => {
      for (const job of jobs) job.cancel();
    },
  };
}
