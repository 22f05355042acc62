const hidden = '[secret]';
const values = new WeakMap<Secret, string>();

/**
 * A secret value that cannot be printed by accident: `String()`, `JSON.stringify()` and
 * `util.inspect()` all show `[secret]`. Only `reveal()` gives the value, so a search for that word
 * finds every place that touches one.
 */
export class Secret {
  constructor(value: string) {
    values.set(this, value);
  }

  reveal(): string {
    const value = values.get(this);
    if (value === undefined) throw new Error('This secret was made elsewhere.');
    return value;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [Symbol.toPrimitive](): string {
    return hidden;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return hidden;
  }
}
