import type { ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { WebAPIPlatformError } from '@slack/web-api';
import { z } from 'zod';

import type { Form, Forms } from '../../domain/form.ts';
import { Secret } from '../../domain/secret.ts';
import type { Said } from '../chat.ts';
import { withKnown } from '../known.ts';
import { roomOf } from './address.ts';
import { read } from './inbox.ts';
import { readSlackForm, renderSlackForm } from './render-form.ts';
import type { HearingContext } from './spoken.ts';

/** Where a form was asked for, which is where its answer goes. */
export type FormPlace = { readonly channel: string; readonly thread?: string };

const metadata = z.object({
  channel: z.string(),
  thread: z.string().exactOptional(),
  /** A command's name, or the key of the line that is said again with a code. */
  about: z.string(),
});

/** Callback ids of our modals. */
const callbacks = { form: 'form', code: 'code' } as const;

/** What can open a modal, and what it is opened for; a trigger is good for three seconds. */
export type Opening = {
  readonly client: WebClient;
  readonly trigger: string;
  readonly place: FormPlace;
};

/** Opens the form of a command. @returns whether it stands before the person */
export function openForm(form: Form, opening: Opening): Promise<boolean> {
  return opened(formModal(form, opening.place), opening);
}

/** Opens the field for a code, with which the line behind a key is said again. */
export function openCode(key: string, opening: Opening): Promise<boolean> {
  return opened(codeModal(key, opening.place), opening);
}

/** A trigger that came too late opens nothing: then the person is told in words. */
async function opened(view: ModalView, { client, trigger }: Opening): Promise<boolean> {
  try {
    await client.views.open({ trigger_id: trigger, view });
    return true;
  } catch (error) {
    // Slack delivered the press again, and the first time did it.
    return error instanceof WebAPIPlatformError && error.data.error === 'exchanged_trigger_id';
  }
}

/** The form of a line that names a command and lacks what it must have. */
export function formLacking(line: string, { formFor }: Forms): Form | undefined {
  const form = formFor(line);
  const isBare = form?.command === line.trim().toLowerCase();
  const lacks = form?.fields.some(({ required, value }) => required && value === undefined);
  return isBare && lacks ? form : undefined;
}

/** A form with what is known of it where it was asked for; undefined for who may not say it. */
export function knownForm(
  { home, people, known, wait }: HearingContext,
  form: Form,
  {
    line,
    user,
    place,
  }: { readonly line: string; readonly user: string; readonly place: FormPlace },
): Promise<Form | undefined> {
  const ask = async () => {
    const { id: identity } = await people.speaker(user);
    return { surface: 'slack', identity, room: roomOf(home, place.channel) } as const;
  };
  return withKnown(form, line, { ask, known, wait });
}

function formModal(form: Form, place: FormPlace): ModalView {
  const given = { ...place, about: form.command };
  return renderSlackForm(form, { callbackId: callbacks.form, metadata: JSON.stringify(given) });
}

function codeModal(key: string, place: FormPlace): ModalView {
  const form: Form = {
    command: '',
    title: 'Say it with a code',
    fields: [
      {
        id: 'code',
        label: 'Code of your authenticator app',
        hint: 'It is used once, is seen by nobody else and is not kept.',
        required: true,
        ask: { kind: 'line', charactersAtMost: 20 },
      },
    ],
  };
  const given = { ...place, about: key };
  return renderSlackForm(form, { callbackId: callbacks.code, metadata: JSON.stringify(given) });
}

/** A modal that was filled in. @source api.slack.com/reference/interaction-payloads/views */
const submission = z.object({
  type: z.literal('view_submission'),
  user: z.object({ id: z.string().min(1) }),
  view: z.object({
    id: z.string().min(1),
    callback_id: z.string(),
    private_metadata: z.string(),
    state: z.unknown(),
  }),
});

/** What was said by filling in a modal. */
export type Submitted = {
  /** Slack's id of the modal: it is submitted once. */
  readonly id: string;
  readonly user: string;
  readonly place: FormPlace;
  readonly said: Said;
};

/** Reads a modal that came back; undefined when it is none of ours. */
export function submittedIn(body: unknown, { lineOf }: Forms): Submitted | undefined {
  const { user, view } = read(submission, body);
  const given = metadata.safeParse(parsed(view.private_metadata));
  if (!given.success) return undefined;
  const { about, ...place } = given.data;
  const said = saidBy(view, about, lineOf);
  return said && { id: view.id, user: user.id, place, said };
}

function saidBy(
  view: z.infer<typeof submission>['view'],
  about: string,
  lineOf: Forms['lineOf'],
): Said | undefined {
  if (view.callback_id === callbacks.code) return { kind: 'press', key: about };
  if (view.callback_id !== callbacks.form) return undefined;
  const line = lineOf(about, readSlackForm(view.state));
  return line === undefined ? undefined : { kind: 'line', line };
}

/** The code in a modal that came back, which goes beside the line and never into it. */
export function codeIn(body: unknown): Secret | undefined {
  const { data } = submission.safeParse(body);
  if (data?.view.callback_id !== callbacks.code) return undefined;
  const { code } = readSlackForm(data.view.state);
  return code === undefined ? undefined : new Secret(code);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
