/**
 * Preloaded into a test file's process (`--import …/end-within.ts?ms=180000`): kills it when it is
 * still there after that time. Node's own test timeout ends a test, but not a file that a leaked
 * server or timer keeps alive.
 */
import { isMainThread, Worker } from 'node:worker_threads';

// A thread of its own, because a test may block this one; workers of the tests must not get another.
if (isMainThread) {
  const ms = Number(new URL(import.meta.url).searchParams.get('ms'));
  const watch = new Worker(new URL('end-within-watch.ts', import.meta.url), {
    workerData: { ms, file: process.argv[1] },
    execArgv: [],
  });
  watch.unref();
}
