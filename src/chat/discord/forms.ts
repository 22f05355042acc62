import type { APIModalInteractionResponseCallbackData, ModalSubmitInteraction } from 'discord.js';

import type { Filled, Form } from '../../domain/form.ts';
import { isRecord } from './api.ts';
import { pagesOf, renderDiscordForm } from './render-form.ts';

/** What a button or a modal is for, and what it says more: `form:0:declare`. */
export type Purpose = { readonly kind: string; readonly rest: readonly string[] };

export function purposeOf(customId: string): Purpose {
  const [kind = '', ...rest] = customId.split(':');
  return { kind, rest };
}

/** One page of a form, which says what it is when it comes back. */
export function modalOf(form: Form, page: number): APIModalInteractionResponseCallbackData {
  return renderDiscordForm(form, { page, customId: `form:${page}:${form.command}` });
}

/** Where a code of the person's factor is typed, which nobody else reads. */
export function codeModal(key: string): APIModalInteractionResponseCallbackData {
  const input = { type: 4, custom_id: 'code', style: 1, required: true, max_length: 20 } as const;
  return {
    custom_id: `code:${key}`,
    title: 'Say it with a code',
    components: [
      {
        type: 18,
        label: 'Code of your authenticator app',
        description: 'It is used once, is seen by nobody else and is not kept.',
        component: input,
      },
    ],
  };
}

/** What was filled in; what was left empty is absent. */
export function submitted({ fields }: Pick<ModalSubmitInteraction, 'fields'>): Filled {
  const given: [string, string][] = [];
  for (const field of fields.fields.values()) {
    const value = 'values' in field ? field.values.join(' ') : field.value;
    if (typeof value === 'string' && value !== '') given.push([field.customId, value]);
  }
  return Object.fromEntries(given);
}

/** All that is filled in after this page: what it shows counts, the rest stays as it was. */
export function withPage(form: Form, page: number, filled: Filled): Filled {
  const onPage = new Set(
    modalOf(form, page).components.flatMap((part) =>
      'component' in part && 'custom_id' in part.component ? [part.component.custom_id] : [],
    ),
  );
  const kept = form.fields.flatMap(({ id, value }) =>
    value === undefined || onPage.has(id) ? [] : [[id, value] as const],
  );
  return { ...Object.fromEntries(kept), ...filled };
}

/** True when Discord needs another modal for what is left of the form. */
export function hasPageAfter(form: Form, page: number): boolean {
  return page + 1 < pagesOf(form);
}

const fence = '```';
/** What a message with a draft may hold; a longer line is said at once. */
const draftCharacters = 3_500;

export function isDraftable(line: string): boolean {
  return line.length <= draftCharacters;
}

/**
 * A form that is filled in so far, as the line that it stands for. No modal can follow a modal, so
 * the next page is opened by a button; the message itself keeps what was filled in.
 */
export function draftMessage(line: string, page: number) {
  const more = { type: 2, style: 2, custom_id: `page:${page + 1}`, label: 'Fill in more' };
  const say = { type: 2, style: 1, custom_id: 'draft', label: 'Say it' };
  return {
    flags: 32_768 | 64,
    components: [
      {
        type: 17,
        components: [
          { type: 10, content: '### So far\nNothing was said yet.' },
          { type: 10, content: `${fence}\n${line}\n${fence}` },
          { type: 1, components: [say, more] },
        ],
      },
    ],
    allowed_mentions: { parse: [] },
  };
}

/** The line that a draft shows. */
export function draftLine(components: readonly { toJSON(): unknown }[]): string | undefined {
  const texts = components.flatMap((one) => textsIn(one.toJSON()));
  const shown = texts.find((text) => text.startsWith(`${fence}\n`) && text.endsWith(`\n${fence}`));
  return shown?.slice(fence.length + 1, -(fence.length + 1));
}

function textsIn(component: unknown): readonly string[] {
  if (!isRecord(component)) return [];
  const { content, components } = component;
  return [
    ...(typeof content === 'string' ? [content] : []),
    ...(Array.isArray(components) ? components.flatMap(textsIn) : []),
  ];
}
