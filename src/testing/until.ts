const longestMs = 180_000;
const betweenMs = 20;

/** Asks again and again until the answer is yes; fails when it never is. */
export async function until(
  what: string,
  ask: () => Promise<boolean> | boolean,
  withinMs = longestMs,
): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await ask())) {
    if (Date.now() > end) throw new Error(`It never came true that ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, betweenMs));
  }
}

/** However busy the machine is, what it is to outlast comes first: time never passes by itself. */
export function untilAborted(_ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((_resolve, reject) => {
    const abandon = () => reject(new Error('stopped'));
    if (signal.aborted) abandon();
    else signal.addEventListener('abort', abandon, { once: true });
  });
}
