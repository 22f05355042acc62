/**
 * Somebody outside who calls webhooks, in a thread of its own so that nobody who is measured waits for
 * it. Nothing it finds comes from n8n's API: what somebody claims to be off is called at once, as
 * anyone could, and again until it really is.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

import { z } from 'zod';

const againMs = 250;
const found = z.object({ url: z.string(), wasAlive: z.boolean(), at: z.number() });

/** What somebody outside found of one webhook. */
export type Found = {
  /** The first answer after the claim was one of a live workflow: the claim was false. */
  readonly wasAlive: boolean;
  /** When it was first seen dead, in ms since the epoch. */
  readonly at: number;
};

export type Outside = {
  /** Somebody claims that this address is off. Resolves once it is. */
  readonly claim: (url: string) => Promise<Found>;
  readonly stop: () => Promise<unknown>;
};

export function startOutside(): Outside {
  const worker = new Worker(new URL(import.meta.url));
  const waiting = new Map<string, PromiseWithResolvers<Found>>();
  worker.on('message', (message: unknown) => {
    const { url, ...rest } = found.parse(message);
    waiting.get(url)?.resolve(rest);
    waiting.delete(url);
  });
  worker.on('error', (error) => {
    for (const one of waiting.values()) one.reject(error);
  });
  return {
    claim: (url) => {
      const claim = Promise.withResolvers<Found>();
      waiting.set(url, claim);
      worker.postMessage(url);
      return claim.promise;
    },
    stop: () => worker.terminate(),
  };
}

async function isDead(url: string): Promise<boolean> {
  const answer = await fetch(url);
  await answer.arrayBuffer();
  return answer.status === 404;
}

async function follow(url: string): Promise<Found> {
  let wasAlive = false;
  while (!(await isDead(url))) {
    wasAlive = true;
    await delay(againMs);
  }
  return { wasAlive, at: Date.now() };
}

if (!isMainThread) {
  parentPort?.on('message', (url: string) => {
    void follow(url).then((seen) => parentPort?.postMessage({ url, ...seen }));
  });
}
