import { setTimeout as delay } from 'node:timers/promises';

import { Secret } from '../domain/secret.ts';
import type {
  ContractEstate,
  ContractRig,
  Piece,
  SentCredential,
} from '../platforms/platform.contract.ts';
import type { SandboxPermission } from '../platforms/sandbox/account.ts';
import { permissions } from '../platforms/sandbox/account.ts';
import { listedAt } from '../platforms/sandbox/activation.ts';
import { idOf } from '../platforms/sandbox/chance.ts';
import { Estate } from '../platforms/sandbox/estate.ts';
import type { Base, Definition, SandboxFault, Step } from '../platforms/sandbox/model.ts';
import { Sandbox } from '../platforms/sandbox/sandbox.ts';
import {
  callWorkflow,
  calledByOthers,
  dailyAt,
  http,
  nothing,
  openWebhook,
  service,
  waitMinutes,
} from '../platforms/sandbox/steps.ts';
import { memoryStorage } from '../platforms/sandbox/storage.ts';
import { Trouble } from '../platforms/sandbox/trouble.ts';
import { testFingerprint } from './n8n/sample-nodes.ts';

/** The bound on one call, in ms; short, because slowness is tried. */
const withinMs = 200;
/** The bound on one answer; low, because endless ones are tried. */
const bodyBytes = 256 * 1024;
const key = 'key-of-the-contract-account';
const credential = { id: 'credOfContract01', name: 'Stripe live' };

/** Those that the contract locks, one for each time it asks. */
const lockable = ['credToBeLocked01', 'credToBeLocked02'];

/** Those whom the contract deletes, one for each time it asks, and who gets what is theirs. */
const leavers = ['leaver01', 'leaver02'].map((id) => ({
  id,
  email: `${id}@acme.test`,
  role: 'global:member',
}));
const heir = { id: 'heir0001', email: 'heir@acme.test', role: 'global:admin' };

/** An empty sandbox made ready for the contract of platforms. */
export async function sandboxRig(): Promise<ContractRig> {
  const estate = new Estate({
    name: 'contract',
    base: emptyBase,
    storage: memoryStorage(new Date()),
    now: () => new Date(),
    wait: (ms, signal) => delay(ms, undefined, { signal }),
    accounts: new Map([[key, new Set(permissions)]]),
    limits: { withinMs, bodyBytes },
  });
  const trouble = new Trouble(estate);
  const platformOf = (secret: string): Sandbox =>
    new Sandbox({ estate, key: new Secret(secret), fingerprint: testFingerprint });
  return {
    platform: platformOf(key),
    secret: key,
    estate: new SandboxContractEstate(estate),
    calls: () => estate.calls,
    without: async (permission) => {
      const lesser = `key-without-${permission}`;
      estate.accounts.set(lesser, new Set(permissions.filter((one) => one !== permission)));
      return platformOf(lesser);
    },
    lackable: [
      'workflow:deactivate',
      'execution:stop',
      'credential:list',
    ] satisfies readonly SandboxPermission[],
    toDisable: 'workflow:deactivate',
    locked: async () => platformOf('wrong-key-wrong-key'),
    slow: {
      hold: () => void trouble.make('slow', { call: 'disable', does: { kind: 'holds' } }),
      drain: () => void trouble.end('slow'),
    },
    lies: (['keeps running', 'stays active'] as const).map((how) => (piece) => {
      const does = { kind: 'lies', how } as const;
      void trouble.make(`lie ${piece.id}`, { workflow: piece.id, does });
    }),
    faults: faultsOf(trouble),
    close: async () => undefined,
  };
}

function faultsOf(trouble: Trouble): NonNullable<ContractRig['faults']> {
  const fault = (
    name: string,
    does: SandboxFault['does'],
    code: NonNullable<ContractRig['faults']>[number]['code'],
    takesEffect: boolean,
  ) => ({
    name,
    code,
    takesEffect,
    ...(does.kind === 'rate_limited' ? { retryAfterMs: does.retryAfterMs } : {}),
    make: () => {
      void trouble.make(name, { does });
      return () => void trouble.end(name);
    },
  });
  return [
    fault('429', { kind: 'rate_limited', retryAfterMs: 7_000 }, 'rate_limited', false),
    fault('401', { kind: 'fails', code: 'unauthorized' }, 'unauthorized', false),
    fault('403', { kind: 'fails', code: 'refused' }, 'refused', false),
    fault('503', { kind: 'fails', code: 'unavailable' }, 'unavailable', false),
    fault('cut before', { kind: 'cuts', when: 'before' }, 'cut', false),
    fault('cut after', { kind: 'cuts', when: 'after' }, 'cut', true),
    fault('late', { kind: 'is_slow', ms: 60_000 }, 'timed_out', true),
    fault('drip', { kind: 'drips', everyMs: 20 }, 'timed_out', true),
    fault('flood', { kind: 'floods' }, 'unreadable', true),
    fault('half', { kind: 'fails', code: 'unreadable' }, 'unreadable', true),
  ];
}

function emptyBase(bornAt: Date): Base {
  const more = { type: 'stripeApi', owner: 'Ana', changedAt: bornAt.getTime() };
  const others = lockable.map((id) => ({ id, name: `Other ${id}`, ...more }));
  const theirs = leavers.map(({ id, email }) => ({
    id: `credOf-${id}`,
    name: `Of ${id}`,
    ...more,
    owner: email,
  }));
  return {
    workflows: [],
    credentials: [{ ...credential, ...more }, ...others, ...theirs],
    users: [...leavers, heir].map((user) => ({
      ...user,
      name: user.id,
      hasMfa: false,
      lastActiveAt: bornAt.getTime(),
    })),
  };
}

/** Plants what the contract asks for, by the hands of somebody else on the same estate. */
class SandboxContractEstate implements ContractEstate {
  readonly payload = 'payload-of-a-customer-42';
  readonly #estate: Estate;
  #planted = 0;
  #lent = 0;
  #left = 0;

  constructor(estate: Estate) {
    this.#estate = estate;
  }

  async entrance(): Promise<Piece> {
    const name = this.#newName('open');
    const steps = [openWebhook(name), http('Call', 'evil.example', { credential })];
    return this.#piece(name, steps, {
      facts: [
        ['credential', credential.id, 'both'],
        ['host', 'evil.example', 'both'],
        ['node', 'httprequest', 'both'],
        ['node', 'webhook', 'both'],
        ['webhook', name, 'both'],
      ],
    });
  }

  async differing(): Promise<Piece> {
    const name = this.#newName('differs');
    return this.#piece(name, [openWebhook(name), http('Call', 'evil.example')], {
      draft: [openWebhook(name), http('Call', 'harmless.example')],
      facts: [
        ['host', 'evil.example', 'live'],
        ['host', 'harmless.example', 'draft'],
        ['node', 'httprequest', 'both'],
        ['node', 'webhook', 'both'],
        ['webhook', name, 'both'],
      ],
    });
  }

  async nightly(): Promise<Piece> {
    return this.#piece(this.#newName('nightly'), [dailyAt('06:00'), nothing()], {
      facts: [
        ['node', 'noop', 'both'],
        ['node', 'scheduletrigger', 'both'],
        ['schedule', 'every day at 06:00', 'both'],
      ],
    });
  }

  async sleeper(): Promise<Piece> {
    const name = this.#newName('sleeps');
    return this.#started(name, [openWebhook(name), waitMinutes(9)]);
  }

  async runner(): Promise<Piece> {
    const name = this.#newName('runs');
    return this.#started(name, [openWebhook(name), service('Work', 'code', { worksMs: 120_000 })]);
  }

  async goesOn(): Promise<Piece> {
    const name = this.#newName('batch');
    const batch = service('Send all', 'emailsend', { worksMs: 120_000, goesOn: true });
    return this.#started(name, [openWebhook(name), batch]);
  }

  async family(): Promise<{ readonly parent: Piece; readonly child: Piece }> {
    const child = await this.#piece(this.#newName('child'), [calledByOthers(), nothing()]);
    const name = this.#newName('parent');
    const parent = await this.#piece(name, [openWebhook(name), callWorkflow(child.id)], {
      facts: [
        ['calls', child.id, 'both'],
        ['node', 'executeworkflow', 'both'],
        ['node', 'webhook', 'both'],
        ['webhook', name, 'both'],
      ],
    });
    return { parent, child };
  }

  async change(piece: Piece): Promise<void> {
    await this.#estate.edit(piece.id);
  }

  async switchOnAgain(piece: Piece): Promise<void> {
    await this.#estate.switchOn(piece.id);
  }

  async activation(piece: Piece): Promise<string> {
    const look = await this.#estate.look();
    const version = listedAt(look.workflow(piece.id), look.now);
    return `${version !== undefined} ${version}`;
  }

  async more(count: number): Promise<void> {
    for (let made = 0; made < count; made += 1) {
      await this.#piece(this.#newName('filler'), [nothing()]);
    }
  }

  async credential(): Promise<SentCredential> {
    const id = lockable[this.#lent] ?? '';
    this.#lent += 1;
    // Nothing of a step is ever executed there, so what it could send is read.
    const arrives = async (): Promise<boolean> => {
      const locked = (await this.#estate.look()).changes.locked[id];
      return !locked?.isBlocked && locked?.dud === undefined;
    };
    return { key: { id, type: 'stripeApi' }, arrives };
  }

  async person(): Promise<{ readonly id: string; readonly to: string }> {
    const leaver = leavers[this.#left];
    if (!leaver) throw new Error('Nobody is left.');
    this.#left += 1;
    await this.#piece(this.#newName('theirs'), [nothing()], { owner: leaver.email });
    return { id: leaver.id, to: heir.id };
  }

  async #started(name: string, steps: readonly Step[]): Promise<Piece> {
    const piece = await this.#piece(name, steps);
    await piece.answers();
    return piece;
  }

  async #piece(
    name: string,
    steps: readonly Step[],
    more: {
      readonly draft?: readonly Step[];
      readonly facts?: Piece['facts'];
      readonly owner?: string;
    } = {},
  ): Promise<Piece> {
    const id = idOf('contract', name);
    const at = this.#estate.now().getTime();
    const definition = (which: string, own: readonly Step[]): Definition => ({
      version: idOf('version', name, which),
      steps: [...own],
      savedBy: 'Ana',
      savedAt: at,
    });
    const live = definition('live', steps);
    await this.#estate.add({
      id,
      name,
      ...(more.owner === undefined ? {} : { owner: more.owner }),
      tags: [],
      draft: more.draft ? definition('draft', more.draft) : live,
      versions: [live],
      switches: [{ at, on: true, version: live.version, by: 'Ana', effectAt: at }],
    });
    const answers = async (): Promise<boolean> => this.#estate.callWebhook(name);
    return { id, name, facts: more.facts ?? [], answers };
  }

  #newName(kind: string): string {
    this.#planted += 1;
    return `contract-${kind}-${this.#planted}`;
  }
}
