import type { Method } from './method.ts';
import { channelMethods } from './methods-channels.ts';
import { chatMethods, peopleMethods } from './methods-chat.ts';
import { markMethods } from './methods-marks.ts';
import { viewMethods } from './methods-views.ts';

/** Every method of the Web API that the fake knows. */
export const methods: Readonly<Record<string, Method>> = {
  ...chatMethods,
  ...peopleMethods,
  ...channelMethods,
  ...markMethods,
  ...viewMethods,
};
