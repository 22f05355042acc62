import { plainlyVisible } from './graph-text.ts';

/** XML that was made by `element` and nothing else, so that whatever stands in it is escaped. */
export class Markup {
  readonly xml: string;

  /** Only `element` makes one. */
  private constructor(xml: string) {
    this.xml = xml;
  }

  /** Text in attributes and children is data: it is escaped, and shown where it would be invisible. */
  static element(
    this: void,
    name: string,
    attributes: Readonly<Record<string, string | number>>,
    children: readonly (Markup | string)[] = [],
  ): Markup {
    const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
    const inside = children.map((child) => (child instanceof Markup ? child.xml : escaped(child)));
    const open = `<${name}${given.join('')}`;
    return new Markup(inside.length === 0 ? `${open}/>` : `${open}>${inside.join('')}</${name}>`);
  }
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(value: string | number): string {
  return plainlyVisible(String(value)).replaceAll(/[&<>"']/g, (one) => entities[one] ?? '');
}
