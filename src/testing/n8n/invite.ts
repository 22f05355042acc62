import { z } from 'zod';

const withinMs = 30_000;
const invited = z.array(
  z.object({ user: z.object({ id: z.string(), inviteAcceptUrl: z.string() }) }),
);
const project = z.object({ data: z.object({ id: z.string() }) });

/** Invites somebody to a real n8n, and accepts for them: who they are, and their own project. */
export async function invitePerson(
  baseUrl: string,
  apiKey: string,
  email: string,
): Promise<{ readonly id: string; readonly project: string }> {
  const invitation = await said(`${baseUrl}/api/v1/users`, {
    method: 'POST',
    headers: { 'x-n8n-api-key': apiKey, 'content-type': 'application/json' },
    body: JSON.stringify([{ email, role: 'global:member' }]),
  });
  const [first] = invited.parse(await invitation.json());
  if (!first) throw new Error('n8n invited nobody.');
  const token = new URL(first.user.inviteAcceptUrl).searchParams.get('token');
  const accepted = await said(`${baseUrl}/rest/invitations/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      token,
      firstName: 'Bob',
      lastName: 'Leaver',
      password: 'For-tests-only-2',
    }),
  });
  await accepted.arrayBuffer();
  const cookie = accepted.headers
    .getSetCookie()
    .map((set) => set.split(';')[0])
    .join('; ');
  const own = await said(`${baseUrl}/rest/projects/personal`, { headers: { cookie } });
  return { id: first.user.id, project: project.parse(await own.json()).data.id };
}

async function said(url: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(withinMs) });
  if (answer.ok) return answer;
  throw new Error(`${new URL(url).pathname}: ${answer.status} ${await answer.text()}`);
}
