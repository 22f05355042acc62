import { nodeRedRig } from '../../testing/node-red/contract-estate.ts';
import { platformContract } from '../platform.contract.ts';

platformContract('Node-RED 5.0.7', nodeRedRig);
