import { Secret as Key, TOTP } from 'otpauth';

import { Secret } from './domain/secret.ts';

/** A step of the clock in seconds, as every authenticator app has it. */
const stepSeconds = 30;
/** So many steps before and after now are taken, for clocks that differ. */
const stepsAround = 1;

/** Time-based one-time codes (RFC 6238: SHA-1, six digits, 30 s, what every app understands). */
export const totp = {
  /** A new secret of 20 random bytes, and the address that an app reads as a picture. */
  enrol(issuer: string, label: string): { readonly secret: Secret; readonly uri: Secret } {
    const secret = new Key({ size: 20 });
    const uri = new TOTP({ issuer, label, secret, period: stepSeconds }).toString();
    return { secret: new Secret(secret.base32), uri: new Secret(uri) };
  },

  /** The step of the clock to which a code belongs; nothing for a code of none near now. */
  counterOf(secret: Secret, code: Secret, now: Date): number | undefined {
    const token = code.reveal().replaceAll(/[\s-]/g, '');
    if (!/^\d{6}$/.test(token)) return undefined;
    const app = new TOTP({ secret: Key.fromBase32(secret.reveal()), period: stepSeconds });
    const timestamp = now.getTime();
    const delta = app.validate({ token, timestamp, window: stepsAround });
    return delta === null ? undefined : app.counter({ timestamp }) + delta;
  },

  /** The code at an instant, as an app shows it. */
  codeAt(secret: Secret, now: Date): Secret {
    const app = new TOTP({ secret: Key.fromBase32(secret.reveal()), period: stepSeconds });
    return new Secret(app.generate({ timestamp: now.getTime() }));
  },
};
