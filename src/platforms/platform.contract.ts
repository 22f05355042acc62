import { after, before, describe } from 'node:test';

import { archivingContract } from './platform-archiving.contract.ts';
import { containingContract } from './platform-containing.contract.ts';
import { findingContract } from './platform-finding.contract.ts';
import { lockingContract } from './platform-locking.contract.ts';
import type { ContractRig } from './platform-rig.contract.ts';
import { undoingContract } from './platform-undoing.contract.ts';
import { usersContract } from './platform-users.contract.ts';

export type {
  ContractEstate,
  ContractFault,
  ContractRig,
  Piece,
  SentCredential,
} from './platform-rig.contract.ts';

/** What every platform does, whichever it is: the same cases for stand-ins and for real ones. */
export function platformContract(name: string, connect: () => Promise<ContractRig>): void {
  describe(`${name} keeps the contract of platforms`, () => {
    let connected: ContractRig | undefined;
    const rig = (): ContractRig => {
      if (!connected) throw new Error('There is no rig.');
      return connected;
    };

    before(async () => {
      connected = await connect();
    });
    after(async () => connected?.close());

    findingContract(rig);
    containingContract(rig);
    undoingContract(rig);
    lockingContract(rig);
    archivingContract(rig);
    usersContract(rig);
  });
}
