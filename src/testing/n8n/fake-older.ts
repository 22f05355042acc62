import { Refused } from './fake-answers.ts';
import type { ApiCall, Route, World } from './fake-routes.ts';
import { routes } from './fake-routes.ts';
import { shownWorkflow } from './fake-shapes.ts';

/**
 * Every endpoint of n8n 1.123.81 with the query parameters that it takes, as its OpenAPI lists them
 * (`dist/public-api/v1/openapi.yml` of the package n8n@1.123.81). It was read, never run.
 */
const published: Readonly<Record<string, readonly string[]>> = {
  'POST /audit': [],
  'POST /credentials': [],
  'DELETE /credentials/{id}': [],
  'GET /credentials/schema/{type}': [],
  'PUT /credentials/{id}/transfer': [],
  'GET /executions': ['includeData', 'status', 'workflowId', 'projectId', 'limit', 'cursor'],
  'GET /executions/{id}': ['includeData'],
  'DELETE /executions/{id}': [],
  'POST /executions/{id}/retry': [],
  'POST /tags': [],
  'GET /tags': ['limit', 'cursor'],
  'GET /tags/{id}': [],
  'DELETE /tags/{id}': [],
  'PUT /tags/{id}': [],
  'POST /workflows': [],
  'GET /workflows': ['active', 'tags', 'name', 'projectId', 'excludePinnedData', 'limit', 'cursor'],
  'GET /workflows/{id}': ['excludePinnedData'],
  'DELETE /workflows/{id}': [],
  'PUT /workflows/{id}': [],
  'GET /workflows/{id}/{version}': [],
  'POST /workflows/{id}/activate': [],
  'POST /workflows/{id}/deactivate': [],
  'PUT /workflows/{id}/transfer': [],
  'GET /workflows/{id}/tags': [],
  'PUT /workflows/{id}/tags': [],
  'GET /users': ['limit', 'cursor', 'includeRole', 'projectId'],
  'POST /users': [],
  'GET /users/{id}': ['includeRole'],
  'DELETE /users/{id}': [],
  'PATCH /users/{id}/role': [],
  'POST /source-control/pull': [],
  'POST /variables': [],
  'GET /variables': ['limit', 'cursor', 'projectId', 'state'],
  'DELETE /variables/{id}': [],
  'PUT /variables/{id}': [],
  'POST /projects': [],
  'GET /projects': ['limit', 'cursor'],
  'DELETE /projects/{projectId}': [],
  'PUT /projects/{projectId}': [],
  'POST /projects/{projectId}/users': [],
  'DELETE /projects/{projectId}/users/{userId}': [],
  'PATCH /projects/{projectId}/users/{userId}': [],
};

/** What its list of executions can be asked for: nothing that is queued, nothing that crashed. */
const listable = ['canceled', 'error', 'running', 'success', 'waiting'];

/** Where 1.123.81 does other than 2.40.7 (`workflow.service.js`, with drafts switched off as shipped). */
const changed: Readonly<Record<string, Route['answer']>> = {
  'GET /executions': ({ query }, { executions }) => {
    const status = query.get('status');
    if (status === null || listable.includes(status)) return executions.list(query);
    throw new Refused(
      400,
      `request/query/status must be equal to one of the allowed values: ${listable.join(', ')}`,
    );
  },
  // What is saved is what runs.
  'PUT /workflows/{id}': ({ params, body }, { workflows }) =>
    shown(workflows.save(params['id'] ?? '', body, true)),
  // Whatever version is asked for, the draft goes on.
  'POST /workflows/{id}/activate': (call, { workflows }) => {
    const { id, versionId } = found(call, { workflows });
    return shown(workflows.publish(id, versionId));
  },
  'POST /workflows/{id}/deactivate': (call, { workflows }) => {
    const workflow = workflows.unpublish(found(call, { workflows }).id);
    return { ...shown(workflow), active: false, activeVersionId: null, activeVersion: null };
  },
};

/** The endpoints of n8n 1.123.81; what it has and the fake does not know fails the test that asks. */
export const olderRoutes: readonly Route[] = Object.entries(published).map(([name, takes]) => {
  const known = routes.find(({ method, path }) => `${method} ${path}` === name);
  const [method = '', path = ''] = name.split(' ');
  const answer = changed[name] ?? known?.answer ?? (() => unknown(name));
  return {
    method,
    path,
    scope: known?.scope ?? 'nobody:has',
    ...(known?.status === undefined ? {} : { status: known.status }),
    answer: (call, world) => {
      for (const parameter of call.query.keys()) {
        if (takes.includes(parameter)) continue;
        throw new Refused(400, `Unknown query parameter '${parameter}'`);
      }
      return answer(call, world);
    },
  };
});

function found({ params }: ApiCall, { workflows }: Pick<World, 'workflows'>) {
  return workflows.get(params['id'] ?? '');
}

function shown(workflow: Parameters<typeof shownWorkflow>[0]): object {
  const { versionCounter: _counter, ...rest }: { versionCounter?: unknown } = shownWorkflow(
    workflow,
    { withTags: false },
  );
  return rest;
}

function unknown(name: string): never {
  throw new Error(`The fake of n8n 1.x does not know how to answer ${name}.`);
}
