import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aCall, factsOf, ofKind, testFingerprint } from '../testing/n8n/sample-nodes.ts';
import type { GivenNode } from '../testing/n8n/sample-nodes.ts';

describe('secrets', () => {
  // Joined, so that no scanner takes this file for a leak.
  const planted = [
    ['sk', 'live', '51HxAbCdEfGhIjKlMnOpQr'].join('_'),
    ['AKIA', 'Q7ZP2LMNB4XT8WYD'].join(''),
    ['xoxb', '123456789012', 'abcdefGHIJKL'].join('-'),
    ['ghp', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('_'),
    'hunter2hunter2',
    'Tr0ub4dor&3xyz',
    'dG9rZW46cGFzc3dvcmQx',
    'q8Zr6Lw2Vn4Kx0Ty',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlYnl0ZXM',
    'mYq73kdPwz01',
  ];
  const [stripe, aws, slack, github, pw1, pw2, basic, plain, jwt, query] = planted;
  const nodes: GivenNode[] = [
    aCall('https://a.test/', {
      headerParameters: { parameters: [{ name: 'Authorization', value: `Bearer ${stripe}` }] },
    }),
    aCall(`https://a.test/?api_key=${query}&x=1`),
    aCall(`https://user:${pw1}@b.test/`),
    aCall('https://a.test', {
      jsonHeaders: `{"Authorization":"Basic ${basic}"}`,
      jsonBody: `{"client_secret": "${plain}"}`,
    }),
    { type: 'code', parameters: { jsCode: `const key = '${aws}'; call({ token: "${jwt}" })` } },
    { type: 'stickyNote', parameters: { content: `slack: ${slack}` } },
    { type: 'set', parameters: { password: pw2 } },
    { type: 'noOp', name: `step ${github}`, parameters: {} },
    { type: 'webhook', parameters: { path: `in-${github}` }, webhookId: 'x' },
    aCall(`https://a.test/${github}`),
  ];
  const held = {
    pinData: { Call: [{ json: { token: stripe } }] },
    staticData: { global: { secret: plain } },
  };

  it('are found as keyed fingerprints, and never appear in any fact', () => {
    const facts = factsOf(nodes, held);
    const text = JSON.stringify(facts);

    for (const secret of planted) {
      assert.ok(!text.includes(secret), `the secret number ${planted.indexOf(secret)} is shown`);
      const prints = ofKind('secret', facts).map(({ value }) => value);
      assert.ok(
        prints.includes(testFingerprint(secret)),
        `number ${planted.indexOf(secret)} is missed`,
      );
    }
  });

  it('count once for a node, with the issuer where it is known', () => {
    const facts = factsOf([nodes[0] ?? {}]);

    assert.deepEqual(ofKind('secret', facts), [
      { value: testFingerprint(stripe ?? ''), label: 'Stripe key' },
    ]);
  });

  it('are not placeholders, expressions or names of settings', () => {
    const facts = factsOf([
      aCall('https://a.test/?api_key=YOUR_API_KEY', {
        authentication: 'genericCredentialType',
        nodeCredentialType: 'stripeApiToken',
        headerParameters: { parameters: [{ name: 'X-API-Key', value: '={{ $json.key }}' }] },
      }),
      {
        type: 'set',
        parameters: { password: '<your password>', token: 'xxxxxxxxxxxxxxxx', secret: '' },
      },
    ]);

    assert.deepEqual(ofKind('secret', facts), []);
  });
});
