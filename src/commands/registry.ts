import { close } from './close.ts';
import type { Command } from './command.ts';
import { declare } from './declare.ts';
import { makeHelp } from './help.ts';
import { list } from './list.ts';
import { logAdd } from './log/add.ts';
import { logShow } from './log/show.ts';
import { me } from './me.ts';
import { meZone } from './me/zone.ts';
import { personAdd } from './person/add.ts';
import { personDisable } from './person/disable.ts';
import { personEnable } from './person/enable.ts';
import { personGrant } from './person/grant.ts';
import { personInvite } from './person/invite.ts';
import { personList } from './person/list.ts';
import { personRevoke } from './person/revoke.ts';
import { phase } from './phase.ts';
import { makePrivate } from './private.ts';
import { reopen } from './reopen.ts';
import { resolve } from './resolve.ts';
import { roleAssign } from './role/assign.ts';
import { roleClaim } from './role/claim.ts';
import { roleList } from './role/list.ts';
import { sev } from './sev.ts';
import { status } from './status.ts';
import { update } from './update.ts';

/** Every verb, in the order of help. A test compares this list with the files of the folder. */
export const registry: readonly Command[] = [
  declare,
  status,
  list,
  update,
  sev,
  phase,
  resolve,
  close,
  reopen,
  makePrivate,
  roleClaim,
  roleAssign,
  roleList,
  logAdd,
  logShow,
  personAdd,
  personInvite,
  personGrant,
  personRevoke,
  personDisable,
  personEnable,
  personList,
  me,
  meZone,
  makeHelp(() => registry),
];
