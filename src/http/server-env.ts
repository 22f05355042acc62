import type { HttpBindings } from '@hono/node-server';

import type { Door } from './doors.ts';
import type { Visitor } from './gate.ts';

/** What a request carries once it came through a door. */
export type DoorEnv = { Bindings: HttpBindings; Variables: { door?: Door } };

/** What it carries once somebody is signed in. */
export type VisitorEnv = {
  Bindings: HttpBindings;
  Variables: { door?: Door; visitor: Visitor };
};
