import assert from 'node:assert/strict';
import { it } from 'node:test';

import { actionClasses } from '../domain/policy.ts';
import { bot, shown } from '../testing/bot.ts';

it('policy tells what each class needs', async () => {
  const { see, refused } = await bot();
  const text = shown(await see('policy', 'vic'));
  for (const name of actionClasses) assert.ok(text.includes(`["${name}","`), name);
  assert.match(text, /"R1","reversible, few workflows, at most 5","one responder; or the yes/);
  assert.match(text, /who is an approver, each with a code; or the commander alone with a code/);
  assert.match(
    text,
    /"R5","Firebreak’s own security","the yes of another person who is an admin; or one adm/,
  );
  assert.match(
    text,
    /to add somebody as responder, approver and admin, .* way to the provider .* takes the yes of another admin/,
  );
  assert.equal((await refused('policy', 'nil')).code, 'not_allowed');
});
