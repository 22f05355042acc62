import { z } from 'zod';

import { pageByOffset, Refused } from './fake-answers.ts';
import { changeCredential, credentialSchema } from './fake-credentials.ts';
import type { FakeWorkflow } from './fake-definitions.ts';
import type { FakeEstate } from './fake-estate.ts';
import type { FakeExecutions } from './fake-executions.ts';
import { deleteUser, transferCredential, transferWorkflow } from './fake-people.ts';
import {
  listedCredential,
  listedUser,
  listedVersion,
  listedWorkflow,
  projectOf,
  shownWorkflow,
} from './fake-shapes.ts';
import type { FakeWorkflows } from './fake-workflows.ts';

/** What an endpoint of the public API works on. */
export type World = {
  readonly workflows: FakeWorkflows;
  readonly executions: FakeExecutions;
  readonly estate: FakeEstate;
};

/** One call of the public API. */
export type ApiCall = {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
};

/** One endpoint, with the scope that a key needs for it. */
export type Route = {
  readonly method: string;
  /** Below `/api/v1`. */
  readonly path: string;
  readonly scope: string;
  readonly status?: number;
  readonly answer: (call: ApiCall, world: World) => unknown;
};

/** The endpoints of n8n's public API that the fake knows; any other is an unknown route. */
export const routes: readonly Route[] = [
  route('GET', '/workflows', 'workflow:list', listWorkflows),
  route('POST', '/workflows', 'workflow:create', ({ body }, { workflows, estate }) =>
    shown(workflows.create(body, estate.owner), true),
  ),
  route('GET', '/workflows/{id}', 'workflow:read', ({ params }, { workflows }) =>
    shown(workflows.get(idIn(params)), true),
  ),
  route('PUT', '/workflows/{id}', 'workflow:update', ({ params, query, body }, { workflows }) => {
    const goesLive = query.get('publishIfActive') !== 'false';
    return shown(workflows.save(idIn(params), body, goesLive), false);
  }),
  route('DELETE', '/workflows/{id}', 'workflow:delete', ({ params }, { workflows }) =>
    shown(workflows.remove(idIn(params)), false),
  ),
  route('GET', '/workflows/{id}/history', 'workflow:read', ({ params, query }, { workflows }) =>
    pageByOffset(workflows.get(idIn(params)).versions.map(listedVersion), query),
  ),
  route('GET', '/workflows/{id}/versions/{version}', 'workflow:read', oneVersion),
  ...['publish', 'activate'].map((verb) =>
    route('POST', `/workflows/{id}/${verb}`, 'workflow:activate', publish),
  ),
  ...['unpublish', 'deactivate'].map((verb) =>
    route('POST', `/workflows/{id}/${verb}`, 'workflow:deactivate', unpublish),
  ),
  route('POST', '/workflows/{id}/archive', 'workflow:delete', ({ params }, { workflows }) =>
    shown(workflows.archive(idIn(params)), false),
  ),
  route('POST', '/workflows/{id}/unarchive', 'workflow:delete', ({ params }, { workflows }) =>
    shown(workflows.unarchive(idIn(params)), false),
  ),
  route('GET', '/workflows/{id}/tags', 'workflowTags:list', ({ params }, { workflows }) => [
    ...workflows.get(idIn(params)).tags,
  ]),
  route('PUT', '/workflows/{id}/tags', 'workflowTags:update', setTags),
  // n8n's old form of `versions`; matched last, as there.
  route('GET', '/workflows/{id}/{version}', 'workflow:read', oneVersion),

  route('GET', '/executions', 'execution:list', ({ query }, { executions }) =>
    executions.list(query),
  ),
  route('POST', '/executions/stop', 'execution:stop', stopMany),
  route('GET', '/executions/{id}', 'execution:read', ({ params }, { executions }) =>
    executions.get(idIn(params)),
  ),
  route('POST', '/executions/{id}/stop', 'execution:stop', ({ params }, { executions }) =>
    executions.stop(idIn(params)),
  ),

  route('GET', '/credentials', 'credential:list', ({ query }, { estate }) =>
    pageByOffset([...estate.credentials.values()].map(listedCredential), query),
  ),
  route('POST', '/credentials', 'credential:create', ({ body }, { estate }) =>
    withoutValue(estate.addCredential(body)),
  ),
  route('GET', '/credentials/{id}', 'credential:read', ({ params }, { estate }) =>
    withoutValue(estate.credential(idIn(params))),
  ),
  route('GET', '/credentials/schema/{type}', 'credential:update', ({ params }) =>
    credentialSchema(params['type'] ?? ''),
  ),
  route('PATCH', '/credentials/{id}', 'credential:update', ({ params, body }, { estate }) =>
    withoutValue(changeCredential(estate, idIn(params), body)),
  ),
  route('DELETE', '/credentials/{id}', 'credential:delete', ({ params }, { estate }) => {
    const credential = estate.credential(idIn(params));
    estate.credentials.delete(credential.id);
    return withoutValue(credential);
  }),

  route('GET', '/users', 'user:list', ({ query }, { estate }) => {
    const withRole = query.get('includeRole') === 'true';
    return pageByOffset(
      estate.users.map((user) => listedUser(user, withRole)),
      query,
    );
  }),
  noContent('PUT', '/workflows/{id}/transfer', 'workflow:move', ({ params, body }, world) =>
    transferWorkflow(world, idIn(params), body),
  ),
  noContent('PUT', '/credentials/{id}/transfer', 'credential:move', ({ params, body }, world) =>
    transferCredential(world, idIn(params), body),
  ),
  noContent('DELETE', '/users/{id}', 'user:delete', ({ params }, world) =>
    deleteUser(world, idIn(params)),
  ),
  route('GET', '/tags', 'tag:list', ({ query }, { estate }) =>
    pageByOffset([...estate.tags.values()], query),
  ),
  {
    ...route('POST', '/tags', 'tag:create', ({ body }, { estate }) => estate.addTag(body)),
    status: 201,
  },
];

function route(method: string, path: string, scope: string, answer: Route['answer']): Route {
  return { method, path, scope, answer };
}

function noContent(method: string, path: string, scope: string, answer: Route['answer']): Route {
  return { method, path, scope, answer, status: 204 };
}

function idIn(params: Readonly<Record<string, string>>): string {
  return params['id'] ?? '';
}

function shown(workflow: FakeWorkflow, withTags: boolean): object {
  return shownWorkflow(workflow, { withTags });
}

function listWorkflows({ query }: ApiCall, { workflows }: World): unknown {
  const active = query.get('active');
  const name = query.get('name');
  const project = query.get('projectId');
  const tags = query.get('tags')?.split(',');
  const found = [...workflows.all.values()].filter(
    (workflow) =>
      (active === null || String(workflow.active) === active) &&
      (name === null || workflow.name.includes(name)) &&
      (project === null || projectOf(workflow.owner).id === project) &&
      (tags === undefined || tags.every((tag) => workflow.tags.some((has) => has.name === tag))),
  );
  const withoutPins = query.get('excludePinnedData') === 'true';
  return pageByOffset(
    found.map((workflow) => {
      const listed = listedWorkflow(workflow);
      if (!withoutPins || !('pinData' in listed)) return listed;
      const { pinData: _pinData, ...rest } = listed;
      return rest;
    }),
    query,
  );
}

function oneVersion({ params }: ApiCall, { workflows }: World): unknown {
  return workflows.version(workflows.get(idIn(params)), params['version'] ?? '');
}

function publish({ params, body }: ApiCall, { workflows }: World): unknown {
  const wanted = z.object({ versionId: z.unknown().optional() }).catch({}).parse(body).versionId;
  if (wanted !== undefined && typeof wanted !== 'string') {
    throw new Refused(
      400,
      `request/body/versionId Expected string, received ${wanted === null ? 'null' : typeof wanted}`,
    );
  }
  return shown(workflows.publish(idIn(params), wanted), false);
}

function unpublish({ params }: ApiCall, { workflows }: World): unknown {
  const workflow = workflows.unpublish(idIn(params));
  const answer = shown(workflow, false);
  // The answer says what was asked, even where it is not so.
  return { ...answer, active: false, activeVersionId: null, activeVersion: null };
}

function setTags({ params, body }: ApiCall, { workflows, estate }: World): unknown {
  const workflow = workflows.get(idIn(params));
  workflow.tags = estate.tagsOf(body);
  return workflow.tags;
}

const stoppable = ['queued', 'running', 'waiting'];

function stopMany({ body }: ApiCall, { executions, workflows }: World): unknown {
  const given = z
    .object({ status: z.array(z.string()).optional(), workflowId: z.string().optional() })
    .catch({})
    .parse(body);
  if (!given.status) throw new Refused(400, "request/body must have required property 'status'");
  if (given.status.length === 0) {
    throw new Refused(400, 'request/body/status must include at least one status');
  }
  const odd = given.status.findIndex((state) => !stoppable.includes(state));
  if (odd !== -1) {
    throw new Refused(
      400,
      `request/body/status/${odd} Invalid enum value. Expected ${stoppable.map((each) => `'${each}'`).join(' | ')}, received '${given.status[odd]}'`,
    );
  }
  const { workflowId: workflow } = given;
  if (workflow !== undefined && workflow !== '' && !workflows.all.has(workflow)) {
    throw new Refused(404, 'Workflow not found or not accessible');
  }
  return executions.stopMany(given.status, workflow);
}

function withoutValue<T extends { readonly data: unknown; readonly owner: unknown }>(
  credential: T,
): Omit<T, 'data' | 'owner'> {
  const { data: _data, owner: _owner, ...rest } = credential;
  return rest;
}
