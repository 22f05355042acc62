import { join } from 'node:path';

import { sandboxKey } from '../../domain/connection.ts';
import type { Limits } from '../guarded-fetch.ts';
import { permissions } from './account.ts';
import type { SandboxAddress } from './address.ts';
import { baseAt, readAddress } from './address.ts';
import { Estate } from './estate.ts';
import type { Storage } from './storage.ts';
import { FileStorage } from './storage.ts';

export type SandboxOptions = {
  readonly now: () => Date;
  /** Also waited without a signal, for at most seconds: for another process’s lock. */
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Bounds on one call; those of real platforms unless told. */
  readonly limits?: Partial<Limits>;
};

/**
 * Opens the estates of one instance, each once. What happens in them is kept in files below a
 * directory, one for each address.
 */
export function sandboxEstates(
  options: SandboxOptions & { readonly directory: string },
): (baseUrl: string) => Estate {
  const opened = new Map<string, Estate>();
  return (baseUrl) => {
    const address = readAddress(baseUrl);
    const { estate, seed, size } = address;
    const name = `${estate}-${seed}-${size}`;
    const known = opened.get(name);
    if (known) return known;
    const file = join(options.directory, `${name}.json`);
    const made = openEstate(address, new FileStorage({ ...options, file }), options);
    opened.set(name, made);
    return made;
  };
}

/** Opens one estate, with the account that every sandbox has. */
export function openEstate(
  address: SandboxAddress,
  storage: Storage,
  options: SandboxOptions,
): Estate {
  return new Estate({
    ...options,
    name: address.estate,
    base: (bornAt) => baseAt(address, bornAt),
    storage,
    accounts: new Map([[sandboxKey, new Set(permissions)]]),
  });
}
