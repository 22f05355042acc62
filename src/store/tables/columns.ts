import { customType, timestamp } from 'drizzle-orm/pg-core';

/** An instant in ms, which is what PGlite and JavaScript can both hold. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** Bytes; PGlite gives Uint8Array and pg gives Buffer, callers see Uint8Array. */
export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'bytea',
  toDriver: (value) => value,
  fromDriver: (value) => new Uint8Array(value),
});
