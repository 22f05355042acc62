import { span } from '../domain/wording.ts';

/** `4 min left` or `2 min over`: how a step stands to its time box. */
export function timeLeft(due: Date, now: Date): string {
  const ms = due.getTime() - now.getTime();
  return ms >= 0 ? `${span(ms)} left` : `${span(-ms)} over`;
}
