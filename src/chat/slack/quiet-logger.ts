import { LogLevel } from '@slack/web-api';
import type { Logger } from '@slack/web-api';

const nothing = () => {};

/** Slack's packages write addresses with tickets in them, and bodies; of ours alone is logged. */
export const quietLogger: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  getLevel: () => LogLevel.ERROR,
  setName: nothing,
};
