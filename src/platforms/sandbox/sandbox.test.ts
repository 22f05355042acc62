import { sandboxRig } from '../../testing/sandbox-rig.ts';
import { platformContract } from '../platform.contract.ts';

platformContract('the sandbox', sandboxRig);
