import { aFact, anInventory, aWorkflow } from './inventory.ts';

/** When the known estate was looked at. */
export const knownNow = new Date('2026-11-22T10:00:00Z');

/** A small estate of which every answer is known by heart. */
export const knownEstate = anInventory({
  takenAt: knownNow,
  credentials: [
    { id: 'cr1', name: 'Stripe live', type: 'stripeApi' },
    { id: 'cr2', name: 'Stripe test', type: 'stripeApi' },
    { id: 'cr3', name: 'x" OR active:true', type: 'httpHeaderAuth' },
    { id: 'cr4', name: 'Renamed', type: 'httpHeaderAuth' },
  ],
  workflows: [
    aWorkflow({
      id: 'charge',
      name: 'Charge cards',
      owner: 'Ana A <ana@acme.test>',
      project: 'Billing',
      tags: ['Payments', 'p_1'],
      changedAt: new Date('2026-11-21T10:00:00Z'),
      changedBy: 'Ana A',
      lastRanAt: new Date('2026-11-22T09:30:00Z'),
      facts: [
        aFact('credential', 'cr1', { node: 'Charge', label: 'Stripe live' }),
        aFact('credential', 'cr1', { node: 'Refund', label: 'Stripe live' }),
        aFact('host', 'api.stripe.com', { node: 'Charge' }),
        aFact('node', 'httprequest', { node: 'Charge' }),
        aFact('webhook', 'pay/now', { node: 'Hook', auth: 'none', method: 'POST' }),
        aFact('calls', 'sub', { node: 'Exec' }),
      ],
    }),
    aWorkflow({
      id: 'exfil',
      name: 'Nightly báckup',
      owner: 'bob@acme.test',
      changedAt: new Date('2026-11-19T10:00:00Z'),
      lastRanAt: new Date('2026-10-01T00:00:00Z'),
      facts: [
        aFact('host', 'api.evil.example:8443', { node: 'Exfil', in: 'live' }),
        aFact('host', 'webhook.site', { node: 'Run me', label: 'mentioned' }),
        aFact('chat', '', { node: 'Chat', auth: 'none', in: 'draft' }),
        aFact('code', 'Run me', { node: 'Run me' }),
        aFact('node', 'code', { node: 'Run me' }),
        aFact('secret', '3b7c9d', { node: 'Exfil' }),
        aFact('package', 'n8n-nodes-evil', { node: 'Evil' }),
      ],
    }),
    aWorkflow({
      id: 'sub',
      name: '100%_done',
      active: false,
      facts: [
        aFact('host', 'evil.example', { node: 'Call', disabled: true }),
        aFact('credential', 'cr9', { node: 'Call', label: 'Deleted one' }),
        aFact('error_workflow', 'exfil'),
      ],
    }),
    aWorkflow({
      id: 'old',
      name: "'; drop table workflows; --",
      active: false,
      archived: true,
      facts: [
        aFact('credential', 'cr4', { node: 'A', label: 'Stripe live', in: 'draft' }),
        aFact('platform_api', 'n8n', { node: 'n8n' }),
        aFact('form', 'apply', { node: 'Form', auth: 'basicAuth', in: 'draft' }),
      ],
    }),
    aWorkflow({ id: 'fire', name: '🔥 x" OR active:true', tags: ['pay'] }),
  ],
});

/** Another connection, whose ids are the same and mean something else. */
export const knownDrill = anInventory({
  takenAt: knownNow,
  credentials: [{ id: 'cr1', name: 'Drill key', type: 'stripeApi' }],
  workflows: [
    aWorkflow({
      id: 'charge',
      name: 'Drill charge',
      facts: [aFact('credential', 'cr1', { node: 'N', label: 'Drill key' })],
    }),
  ],
});
