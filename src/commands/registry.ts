import { close } from './close.ts';
import type { Command } from './command.ts';
import { containApprove } from './contain/approve.ts';
import { containCancel } from './contain/cancel.ts';
import { containDeny } from './contain/deny.ts';
import { containEdit } from './contain/edit.ts';
import { containFreeze } from './contain/freeze.ts';
import { containPause } from './contain/pause.ts';
import { containPlan } from './contain/plan.ts';
import { containReview } from './contain/review.ts';
import { containRun } from './contain/run.ts';
import { containSimulate } from './contain/simulate.ts';
import { containStatus } from './contain/status.ts';
import { containThaw } from './contain/thaw.ts';
import { containUndo } from './contain/undo.ts';
import { containVerify } from './contain/verify.ts';
import { credBlock } from './cred/block.ts';
import { credConfirm } from './cred/confirm.ts';
import { credDelete } from './cred/delete.ts';
import { credDone } from './cred/done.ts';
import { credList } from './cred/list.ts';
import { credOverwrite } from './cred/overwrite.ts';
import { credRevoke } from './cred/revoke.ts';
import { credStatus } from './cred/status.ts';
import { credUnblock } from './cred/unblock.ts';
import { credWhere } from './cred/where.ts';
import { declare } from './declare.ts';
import { drillEnd } from './drill/end.ts';
import { drillScore } from './drill/score.ts';
import { drillStart } from './drill/start.ts';
import { evidenceList } from './evidence/list.ts';
import { evidenceShow } from './evidence/show.ts';
import { evidenceSnapshot } from './evidence/snapshot.ts';
import { evidenceVerify } from './evidence/verify.ts';
import { exportIncident } from './export.ts';
import { makeHelp } from './help.ts';
import { list } from './list.ts';
import { logAdd } from './log/add.ts';
import { logShow } from './log/show.ts';
import { me } from './me.ts';
import { meFactor } from './me/factor.ts';
import { meLink } from './me/link.ts';
import { meSessions } from './me/sessions.ts';
import { meSignout } from './me/signout.ts';
import { meUnlink } from './me/unlink.ts';
import { meZone } from './me/zone.ts';
import { personAdd } from './person/add.ts';
import { personDisable } from './person/disable.ts';
import { personEnable } from './person/enable.ts';
import { personFactor } from './person/factor.ts';
import { personGrant } from './person/grant.ts';
import { personInvite } from './person/invite.ts';
import { personList } from './person/list.ts';
import { personRevoke } from './person/revoke.ts';
import { personUnlink } from './person/unlink.ts';
import { phase } from './phase.ts';
import { policyCommand } from './policy.ts';
import { makePrivate } from './private.ts';
import { providerDrop } from './provider/drop.ts';
import { quiet } from './quiet.ts';
import { reopen } from './reopen.ts';
import { requestAlone } from './request/alone.ts';
import { requestApprove } from './request/approve.ts';
import { requestDeny } from './request/deny.ts';
import { requestList } from './request/list.ts';
import { resolve } from './resolve.ts';
import { roleAssign } from './role/assign.ts';
import { roleClaim } from './role/claim.ts';
import { roleList } from './role/list.ts';
import { roomJoin } from './room/join.ts';
import { roomLeave } from './room/leave.ts';
import { roomList } from './room/list.ts';
import { runbookAssign } from './runbook/assign.ts';
import { runbookBack } from './runbook/back.ts';
import { runbookDo } from './runbook/do.ts';
import { runbookDone } from './runbook/done.ts';
import { runbookList } from './runbook/list.ts';
import { runbookNext } from './runbook/next.ts';
import { runbookShow } from './runbook/show.ts';
import { runbookSkip } from './runbook/skip.ts';
import { runbookStart } from './runbook/start.ts';
import { runbookStop } from './runbook/stop.ts';
import { scopeAcquit } from './scope/acquit.ts';
import { scopeAdd } from './scope/add.ts';
import { scopeConvict } from './scope/convict.ts';
import { scopeDiff } from './scope/diff.ts';
import { scopeDrop } from './scope/drop.ts';
import { scopeFind } from './scope/find.ts';
import { scopeGraph } from './scope/graph.ts';
import { scopeShow } from './scope/show.ts';
import { scopeSync } from './scope/sync.ts';
import { sev } from './sev.ts';
import { status } from './status.ts';
import { update } from './update.ts';
import { userConfirm } from './user/confirm.ts';
import { userDelete } from './user/delete.ts';
import { userDone } from './user/done.ts';
import { userList } from './user/list.ts';
import { userLock } from './user/lock.ts';
import { userStatus } from './user/status.ts';

/** Every verb, in the order of help. A test compares this list with the files of the folder. */
export const registry: readonly Command[] = [
  declare,
  status,
  list,
  update,
  sev,
  phase,
  policyCommand,
  resolve,
  close,
  reopen,
  makePrivate,
  quiet,
  roleClaim,
  roleAssign,
  roleList,
  roomJoin,
  roomLeave,
  roomList,
  logAdd,
  logShow,
  scopeSync,
  scopeFind,
  scopeShow,
  scopeGraph,
  scopeAdd,
  scopeDrop,
  scopeConvict,
  scopeAcquit,
  scopeDiff,
  containSimulate,
  containPlan,
  containEdit,
  containApprove,
  containDeny,
  containRun,
  containStatus,
  containPause,
  containCancel,
  containVerify,
  containUndo,
  containReview,
  containFreeze,
  containThaw,
  credList,
  credWhere,
  credBlock,
  credUnblock,
  credOverwrite,
  credDelete,
  credRevoke,
  credDone,
  credConfirm,
  credStatus,
  userList,
  userDelete,
  userLock,
  userDone,
  userConfirm,
  userStatus,
  providerDrop,
  runbookList,
  runbookStart,
  runbookNext,
  runbookDo,
  runbookDone,
  runbookSkip,
  runbookAssign,
  runbookBack,
  runbookShow,
  runbookStop,
  drillStart,
  drillScore,
  drillEnd,
  evidenceSnapshot,
  evidenceList,
  evidenceShow,
  evidenceVerify,
  exportIncident,
  personAdd,
  personInvite,
  personGrant,
  personFactor,
  personUnlink,
  personRevoke,
  personDisable,
  personEnable,
  personList,
  requestList,
  requestApprove,
  requestDeny,
  requestAlone,
  me,
  meLink,
  meUnlink,
  meZone,
  meFactor,
  meSessions,
  meSignout,
  makeHelp(() => registry),
];
