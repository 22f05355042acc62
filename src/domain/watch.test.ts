import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aDecided, minutesLater } from '../testing/containment.ts';
import { nextFallback } from './fallback.ts';
import type { Action } from './plan.ts';
import type { Held, LastSwitch } from './watch.ts';
import { cameBack } from './watch.ts';

/** A workflow that was asked to go off a minute into the night, and did. */
function held(overrides: Partial<Action> = {}): Held {
  const { plan, actions } = aDecided(1);
  const action = actions.find(({ lever }) => lever === 'disable') ?? assert.fail();
  return {
    plan,
    action: { ...action, state: 'verified', requestedAt: minutesLater(1), ...overrides },
    isGone: false,
  };
}

const listedAsOn = {
  workflow: 'id1',
  proofs: [
    { method: 'list', finding: 'contradicts', text: 'It is on.', at: minutesLater(9) },
  ] as const,
  doubts: [],
};

describe('what is told of a workflow that came back', () => {
  const toldOf = (lastSwitch: LastSwitch, own: readonly Held[] = [held()]) => {
    const told = cameBack(own, listedAsOn, {
      at: minutesLater(9),
      isOn: true,
      archives: false,
      lastSwitch,
    });
    const [event] = told?.events ?? [];
    return { text: event?.text, data: event?.data };
  };

  it('says who switched it on, and when', () => {
    const { text, data } = toldOf({ at: minutesLater(8), by: 'Sam' });
    assert.match(text ?? '', /it was switched on again at [-0-9]+ [:0-9]+ UTC by Sam\. It is on\./);
    assert.equal(data?.['switchedBy'], 'Sam');
  });

  it('accuses nobody of a switch from before we asked it to go off', () => {
    const again = held({ requestedAt: minutesLater(5) });
    for (const own of [[again], [held(), again]]) {
      const { text, data } = toldOf({ at: minutesLater(4), by: 'Sam' }, own);
      assert.match(
        text ?? '',
        /it is on again; the platform’s last known switch, at [-0-9]+ [:0-9]+ UTC, is older than our own, so it does not say who or when\. It is on\./,
      );
      assert.doesNotMatch(text ?? '', /Sam/);
      assert.equal(data?.['switchedBy'], undefined);
    }
  });

  it('does not call back what was never seen off, and accuses nobody of it', () => {
    const own = held({ state: 'pending', notBefore: minutesLater(60) });
    for (const lastSwitch of [undefined, { at: minutesLater(0), by: 'Sam' }]) {
      const now = {
        at: minutesLater(9),
        isOn: true,
        archives: false,
        ...(lastSwitch ? { lastSwitch } : {}),
      };
      const told = cameBack([own], listedAsOn, now);
      assert.equal(told?.events[0]?.kind, 'not_off');
      assert.match(
        told?.events[0]?.text ?? '',
        /did not go off: it is on, and was never seen off since it was to be disabled\. It is on\. Next: `contain plan w1`\.$/,
      );
      assert.equal(told?.actions[0]?.state, 'contradicted');
    }
    assert.match(toldOf({ at: minutesLater(8), by: 'Sam' }, [own]).text ?? '', /came back/);
  });

  it('leaves what its platform has time for to its verification, but tells who switched it on', () => {
    const own = held({ state: 'pending', notBefore: minutesLater(60), settleBy: minutesLater(10) });
    const look = (minute: number, lastSwitch?: LastSwitch) =>
      cameBack([own], listedAsOn, {
        at: minutesLater(minute),
        isOn: lastSwitch !== undefined,
        archives: false,
        ...(lastSwitch ? { lastSwitch } : {}),
      });

    assert.equal(look(9), undefined);
    assert.match(look(10)?.events[0]?.text ?? '', /runs although it is listed as off/);
    assert.match(look(9, { at: minutesLater(8), by: 'Sam' })?.events[0]?.text ?? '', /by Sam/);
    // Another plan had it verified off long ago: that is not in its time any more.
    const [action] =
      cameBack([own, held()], listedAsOn, { at: minutesLater(9), isOn: false, archives: false })
        ?.actions ?? [];
    assert.equal(action?.state, 'contradicted');
  });

  it('leaves it to people to have it archived, whatever its plan allows', () => {
    const own = held({ state: 'pending', notBefore: minutesLater(60) });
    const told = cameBack([own], listedAsOn, { at: minutesLater(9), isOn: true, archives: false });
    const [back] = told?.actions ?? [];
    if (!back) return assert.fail();
    assert.equal(back.state, 'contradicted');
    const { plan } = aDecided(1);
    const archives = plan.connections.map((one) => ({ ...one, fallbacks: ['archive'] as const }));
    assert.equal(nextFallback({ ...plan, connections: archives }, back), undefined);
  });
});
