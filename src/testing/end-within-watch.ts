import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

// Ours, from the thread that started this one; zod would cost each test file a twentieth of a second.
const { ms, file }: { readonly ms: number; readonly file: string } = workerData;
setTimeout(() => {
  // The main thread may be busy for ever, so nothing may go through it.
  writeSync(2, `${file} did not end within ${ms / 1000} seconds and was killed.\n`);
  process.kill(process.pid, 'SIGKILL');
}, ms);
