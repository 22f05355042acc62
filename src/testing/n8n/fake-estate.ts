import { z } from 'zod';

import { Refused } from './fake-answers.ts';
import type { FakeTag, FakeUser } from './fake-definitions.ts';

/** A credential of the fake. Its data is what nodes send and what no answer shows. */
export type FakeCredential = {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly owner: FakeUser;
  readonly createdAt: string;
  readonly updatedAt: string;
};

const newCredential = z.object({
  name: z.string(),
  type: z.string(),
  data: z.record(z.string(), z.unknown()),
});

/** What an n8n holds besides workflows: credentials, users and tags. */
export class FakeEstate {
  readonly credentials = new Map<string, FakeCredential>();
  readonly tags = new Map<string, FakeTag>();
  readonly users: FakeUser[];
  readonly #now: () => Date;
  #made = 0;

  constructor(options: { readonly now: () => Date; readonly users: readonly FakeUser[] }) {
    this.#now = options.now;
    this.users = [...options.users];
  }

  /** The owner of the instance, to whom everything belongs that the API makes. */
  get owner(): FakeUser {
    const [owner] = this.users;
    if (!owner) throw new Error('The fake has no owner.');
    return owner;
  }

  addCredential(body: unknown): FakeCredential {
    const given = newCredential.safeParse(body);
    if (!given.success) throw new Refused(400, 'request/body must have required property');
    const now = this.#now().toISOString();
    return this.keepCredential({
      ...given.data,
      id: this.#newId('cred'),
      owner: this.owner,
      createdAt: now,
      updatedAt: now,
    });
  }

  /** Keeps it as it is now, in place of what was kept of it. */
  keepCredential(credential: FakeCredential): FakeCredential {
    const kept = { ...credential, updatedAt: this.#now().toISOString() };
    this.credentials.set(kept.id, kept);
    return kept;
  }

  credential(id: string): FakeCredential {
    const found = this.credentials.get(id);
    if (!found) throw new Refused(404, 'Credential not found');
    return found;
  }

  /** The user of a personal project. @throws Refused when nobody has it */
  userIn(project: string): FakeUser {
    const found = this.users.find(({ id }) => project === `project-${id}`);
    if (found) return found;
    throw new Refused(404, `Could not find project with the id "${project}".`);
  }

  addTag(body: unknown): FakeTag {
    const { name } = z.object({ name: z.string() }).parse(body);
    if ([...this.tags.values()].some((tag) => tag.name === name)) {
      throw new Refused(409, 'Tag already exists');
    }
    const tag = { id: this.#newId('tag'), name };
    this.tags.set(tag.id, tag);
    return tag;
  }

  /** @throws Refused when one of them is unknown */
  tagsOf(body: unknown): FakeTag[] {
    return z
      .array(z.object({ id: z.string() }))
      .parse(body)
      .map(({ id }) => {
        const tag = this.tags.get(id);
        if (!tag) throw new Refused(404, 'Some tags not found');
        return tag;
      });
  }

  #newId(kind: string): string {
    this.#made += 1;
    return `${kind}${String(this.#made).padStart(12, '0')}`;
  }
}
