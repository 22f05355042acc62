import type { Inventory } from '../../domain/inventory.ts';
import type { Json } from '../../domain/json.ts';
import type { Secret } from '../../domain/secret.ts';
import type { Reading } from '../../domain/verification.ts';
import { PlatformError } from '../../errors.ts';
import type {
  Accepted,
  Archives,
  Belonging,
  BlocksCredentials,
  Captured,
  Check,
  CredentialCheck,
  CredentialKey,
  CredentialReading,
  GiveWay,
  Handover,
  Observation,
  Pace,
  ProbeResult,
  RemovesUsers,
  Stopped,
  UserCheck,
  UserReading,
} from '../platform.ts';
import type { SandboxPermission } from './account.ts';
import { probeOf } from './account.ts';
import { checkDisabled, checkEnabled, checkStopped, settleMs } from './checks.ts';
import type { Estate } from './estate.ts';
import type { Misdeed } from './faults.ts';
import { archive, disable, enable, stop, unarchive } from './levers.ts';
import { block, checkLock, overwrite, remove, unblock } from './lock.ts';
import type { Look } from './look.ts';
import type { Call } from './model.ts';
import { belongingsOf, checkUser, removeUser, transfer } from './people.ts';
import { capturedOf, inventoryOf, observationOf } from './reading.ts';

/** One account on a simulated platform, held to the same contract as the real ones. */
export class Sandbox implements BlocksCredentials, Archives, RemovesUsers {
  readonly kind = 'sandbox';
  readonly pace: Pace = { burst: 20, atOnce: 1, settleMs };
  readonly #estate: Estate;
  readonly #key: Secret;
  readonly #fingerprint: (secret: string) => string;
  readonly #giveWay: GiveWay | undefined;

  /**
   * @param options.fingerprint keyed hash of a hard-coded secret
   * @param options.giveWay     awaited before each look at the whole estate
   */
  constructor(options: {
    readonly estate: Estate;
    readonly key: Secret;
    readonly fingerprint: (secret: string) => string;
    readonly giveWay?: GiveWay | undefined;
  }) {
    this.#giveWay = options.giveWay;
    this.#estate = options.estate;
    this.#key = options.key;
    this.#fingerprint = options.fingerprint;
  }

  async probe(signal: AbortSignal): Promise<ProbeResult> {
    return this.#ask('probe', undefined, signal, () =>
      probeOf(this.#estate.name, this.#estate.allowed(this.#key.reveal())),
    );
  }

  async takeInventory(signal: AbortSignal): Promise<Inventory> {
    return this.#ask('inventory', 'workflow:list', signal, (look) =>
      inventoryOf(look, this.#estate.allowed(this.#key.reveal()), this.#fingerprint),
    );
  }

  async observe(workflow: string, signal: AbortSignal): Promise<Observation> {
    return this.#about(workflow, 'observe', 'workflow:read', signal, (look) =>
      observationOf(look, workflow),
    );
  }

  async capture(workflow: string, signal: AbortSignal): Promise<readonly Captured[]> {
    return this.#about(workflow, 'capture', 'workflow:read', signal, (look) =>
      capturedOf(look, workflow, this.#estate.allowed(this.#key.reveal())),
    );
  }

  async disable(workflow: string, signal: AbortSignal): Promise<Accepted> {
    return this.#about(workflow, 'disable', 'workflow:deactivate', signal, (look, met) =>
      disable(look, workflow, met),
    );
  }

  async stop(workflow: string, signal: AbortSignal): Promise<Stopped> {
    return this.#about(workflow, 'stop', 'execution:stop', signal, (look, met) =>
      stop(look, workflow, met),
    );
  }

  async enable(workflow: string, memo: Json, signal: AbortSignal): Promise<Accepted> {
    return this.#about(workflow, 'enable', 'workflow:activate', signal, (look, met) =>
      enable(look, workflow, memo, met),
    );
  }

  async checkDisabled(targets: readonly Check[], signal: AbortSignal): Promise<readonly Reading[]> {
    return this.#check(targets, 'workflow:list', signal, checkDisabled);
  }

  async checkStopped(targets: readonly Check[], signal: AbortSignal): Promise<readonly Reading[]> {
    return this.#check(targets, 'execution:list', signal, checkStopped);
  }

  async checkEnabled(targets: readonly Check[], signal: AbortSignal): Promise<readonly Reading[]> {
    return this.#check(targets, 'workflow:list', signal, checkEnabled);
  }

  async archive(workflow: string, signal: AbortSignal): Promise<Accepted> {
    return this.#about(workflow, 'archive', 'workflow:archive', signal, (look, met) =>
      archive(look, workflow, met),
    );
  }

  async unarchive(workflow: string, signal: AbortSignal): Promise<Accepted> {
    return this.#about(workflow, 'archive', 'workflow:archive', signal, (look) =>
      unarchive(look, workflow),
    );
  }

  async blockCredential({ id }: CredentialKey, signal: AbortSignal): Promise<Accepted> {
    return this.#about(id, 'lock', 'credential:update', signal, (look, met) =>
      block(look, id, met),
    );
  }

  async unblockCredential(
    { id }: CredentialKey,
    hosts: readonly string[],
    signal: AbortSignal,
  ): Promise<Accepted> {
    return this.#about(id, 'lock', 'credential:update', signal, (look, met) =>
      unblock(look, id, hosts, met),
    );
  }

  async overwriteCredential(
    { id }: CredentialKey,
    dud: string,
    signal: AbortSignal,
  ): Promise<Accepted> {
    return this.#about(id, 'lock', 'credential:update', signal, (look, met) =>
      overwrite(look, id, dud, met),
    );
  }

  async deleteCredential({ id }: CredentialKey, signal: AbortSignal): Promise<Accepted> {
    return this.#about(id, 'lock', 'credential:delete', signal, (look, met) =>
      remove(look, id, met),
    );
  }

  async checkCredentials(
    targets: readonly CredentialCheck[],
    signal: AbortSignal,
  ): Promise<readonly CredentialReading[]> {
    if (targets.length === 0) return [];
    const about = targets.map(({ id }) => id);
    const needs = 'credential:list' as const;
    const asked = { key: this.#key.reveal(), call: 'check', about, needs } as const;
    return this.#estate.ask(asked, signal, (look) =>
      targets.map((target) => checkLock(look, target)),
    );
  }

  async belongingsOf(user: string, signal: AbortSignal): Promise<readonly Belonging[]> {
    return this.#about(user, 'check', 'user:list', signal, (look) => belongingsOf(look, user));
  }

  async transfer(handover: Handover, signal: AbortSignal): Promise<Accepted> {
    return this.#about(handover.user, 'people', 'user:delete', signal, (look, met) =>
      transfer(look, handover, met),
    );
  }

  async removeUser(user: string, signal: AbortSignal): Promise<Accepted> {
    return this.#about(user, 'people', 'user:delete', signal, (look, met) =>
      removeUser(look, user, met),
    );
  }

  async checkUsers(
    targets: readonly UserCheck[],
    signal: AbortSignal,
  ): Promise<readonly UserReading[]> {
    if (targets.length === 0) return [];
    const about = targets.map(({ user }) => user);
    const asked = { key: this.#key.reveal(), call: 'check', about, needs: 'user:list' } as const;
    return this.#estate.ask(asked, signal, (look) =>
      targets.map((target) => checkUser(look, target)),
    );
  }

  async #check(
    targets: readonly Check[],
    needs: SandboxPermission,
    signal: AbortSignal,
    check: (look: Look, target: Check) => Reading,
  ): Promise<readonly Reading[]> {
    if (targets.length === 0) return [];
    const about = targets.map(({ workflow }) => workflow);
    const asked = { key: this.#key.reveal(), call: 'check', about, needs } as const;
    return this.#estate.ask(asked, signal, (look) => targets.map((target) => check(look, target)));
  }

  async #ask<Answer>(
    call: Call,
    needs: SandboxPermission | undefined,
    signal: AbortSignal,
    serve: (look: Look, met: readonly Misdeed[]) => Answer,
  ): Promise<Answer> {
    await this.#giveWay?.();
    const asked = { key: this.#key.reveal(), call, about: [], ...(needs ? { needs } : {}) };
    return this.#estate.ask(asked, signal, serve);
  }

  async #about<Answer>(
    workflow: string,
    call: Call,
    needs: SandboxPermission,
    signal: AbortSignal,
    serve: (look: Look, met: readonly Misdeed[]) => Answer,
  ): Promise<Answer> {
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(workflow)) {
      const says = 'That is not an id in the sandbox, so nothing was called.';
      throw new PlatformError('sandbox', 'refused', says);
    }
    const asked = { key: this.#key.reveal(), call, needs, about: [workflow] };
    return this.#estate.ask(asked, signal, serve);
  }
}
