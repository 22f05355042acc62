import { z } from 'zod';

import { Refused } from './fake-answers.ts';
import type { FakeUser } from './fake-definitions.ts';
import type { FakeEstate } from './fake-estate.ts';
import { projectOf } from './fake-shapes.ts';
import type { FakeWorkflows } from './fake-workflows.ts';

type People = { readonly workflows: FakeWorkflows; readonly estate: FakeEstate };

const destination = z.object({ destinationProjectId: z.string() });

/** Answers `PUT /workflows/{id}/transfer`: what is published stays so. */
export function transferWorkflow({ workflows, estate }: People, id: string, body: unknown): void {
  const { destinationProjectId: project } = destination.parse(body);
  const workflow = workflows.all.get(id);
  if (!workflow) {
    const says = `Could not find workflow with the id "${id}". Make sure you have the permission to move it.`;
    throw new Refused(404, says);
  }
  const to = estate.userIn(project);
  if (projectOf(workflow.owner).id === project) {
    const says = "You can't transfer a workflow into the same destination it already belongs to.";
    throw new Refused(400, says);
  }
  workflow.owner = to;
}

/** Answers `PUT /credentials/{id}/transfer`. */
export function transferCredential({ estate }: People, id: string, body: unknown): void {
  const { destinationProjectId: project } = destination.parse(body);
  const credential = estate.credentials.get(id);
  if (!credential) {
    const says = `Could not find the credential with the id "${id}". Make sure you have the permission to move it.`;
    throw new Refused(404, says);
  }
  const to = estate.userIn(project);
  if (credential.owner.id === to.id) {
    const says = "You can't transfer a credential into the project that's already owning it.";
    throw new Refused(400, says);
  }
  // n8n leaves `updatedAt` as it is.
  estate.credentials.set(id, { ...credential, owner: to });
}

/** Answers `DELETE /users/{id}`: what they own goes with them. */
export function deleteUser({ workflows, estate }: People, id: string): void {
  const user = estate.users.find((one) => one.id === id);
  if (!user) {
    const says = 'Request to delete a user failed because the user to delete was not found in DB';
    throw new Refused(404, says);
  }
  if (user.id === estate.owner.id) throw new Refused(400, 'Cannot delete your own user');
  const own = [...workflows.all.values()].filter(({ owner }) => owner.id === id);
  if (own.some(({ active }) => active)) {
    throw new Refused(409, 'Cannot delete a published workflow. Unpublish it before deleting.');
  }
  for (const workflow of own) workflows.remove(workflow.id);
  for (const { id: credential, owner } of estate.credentials.values()) {
    if (owner.id === id) estate.credentials.delete(credential);
  }
  estate.users.splice(estate.users.indexOf(user), 1);
}

/** Somebody who has accepted an invitation, and owns nothing yet. */
export function newPerson(
  estate: FakeEstate,
  email: string,
): { readonly id: string; readonly project: string } {
  const id = `user-${email.replace(/[^a-z0-9]/g, '-')}`;
  const user: FakeUser = { ...estate.owner, id, email, role: 'global:member' };
  estate.users.push(user);
  return { id, project: projectOf(user).id };
}
