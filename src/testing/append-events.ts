/**
 * A process of its own that opens the embedded store and records events until it is killed.
 *
 *   node src/testing/append-events.ts DATA_DIR
 *
 * Prints `ready`, then the text of each event once it is acknowledged. A person who is in the way
 * gets the sentence of the refusal on stderr and exit code 1.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';

import { instanceChain } from '../domain/timeline.ts';
import { UserError } from '../errors.ts';
import { loadOrCreateSigner } from '../record/keys.ts';
import { makeRecorder } from '../record/recorder.ts';
import { openStore } from '../store/open.ts';
import { anEvent } from './nouns.ts';

const [dataDir = ''] = process.argv.slice(2);
// Written at once, whatever happens next: an acknowledgement that was not seen was not given.
const say = (line: string) => writeSync(1, `${line}\n`);

try {
  const store = await openStore({
    dataDir,
    timeZone: 'Europe/Berlin',
    recorder: makeRecorder(),
    signer: await loadOrCreateSigner(dataDir),
    now: () => new Date(),
    newId: randomUUID,
    randomBytes,
  });
  say('ready');
  for (let round = 0; ; round += 1) {
    const texts = [`${process.pid}:${round}:a`, `${process.pid}:${round}:b`];
    await Promise.all(
      texts.map(async (text) => {
        await store.save({ events: [anEvent(instanceChain, { text })] });
        say(text);
      }),
    );
    // Some rounds also do the housekeeping that a server would do by the clock.
    if (round % 40 === 39) await store.maintain();
  }
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  writeSync(2, `${error.message}\n${error.hint ?? ''}\n`);
  process.exitCode = 1;
}
