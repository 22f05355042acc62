import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

import { z } from 'zod';

const { ms, file } = z.object({ ms: z.number().positive(), file: z.string() }).parse(workerData);
setTimeout(() => {
  // The main thread may be busy for ever, so nothing may go through it.
  writeSync(2, `${file} did not end within ${ms / 1000} seconds and was killed.\n`);
  process.kill(process.pid, 'SIGKILL');
}, ms);
