import { n8nRig } from '../../testing/n8n/contract-estate.ts';
import { letGoMs } from '../../testing/n8n/n8n-api.ts';
import { startRealN8n } from '../../testing/n8n/real-n8n.ts';
import { platformContract } from '../platform.contract.ts';

for (const publicationService of [true, false]) {
  const name = publicationService ? 'n8n 2.40.7' : 'n8n 2.40.7, unpublishing at once';
  platformContract(name, () =>
    n8nRig(() => startRealN8n({ publicationService }), { leftAloneMs: letGoMs }),
  );
}
