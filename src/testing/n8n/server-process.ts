import { join } from 'node:path';

import { freePorts, launchNode } from '../server-process.ts';
import type { ServerProcess } from '../server-process.ts';

/**
 * Starts the n8n of an installation on a free loopback port and waits until it answers.
 *
 * @param options.userFolder where it keeps its database; must be there
 * @param options.env        further settings of n8n
 * @throws Error with the end of its log when it is not ready in time
 */
export async function launchServer(options: {
  readonly installation: string;
  readonly userFolder: string;
  readonly env?: Readonly<Record<string, string>>;
}): Promise<ServerProcess> {
  const [port = 0, brokerPort = 0] = await freePorts(2);
  const baseUrl = `http://127.0.0.1:${port}`;
  return launchNode({
    name: 'n8n',
    words: [join(options.installation, 'node_modules', 'n8n', 'bin', 'n8n'), 'start'],
    baseUrl,
    folder: options.userFolder,
    env: { ...settings(baseUrl, port, brokerPort, options.userFolder), ...options.env },
    // `/healthz` answers before the migrations have run; the settings come with the last routes.
    ready: ['/healthz/readiness', '/rest/settings'],
  });
}

function settings(
  baseUrl: string,
  port: number,
  brokerPort: number,
  userFolder: string,
): Record<string, string> {
  return {
    N8N_USER_FOLDER: userFolder,
    N8N_PORT: String(port),
    N8N_LISTEN_ADDRESS: '127.0.0.1',
    N8N_RUNNERS_BROKER_PORT: String(brokerPort),
    // Else webhook and resume addresses name localhost, which may mean ::1.
    N8N_WEBHOOK_URL: `${baseUrl}/`,
    N8N_EDITOR_BASE_URL: baseUrl,
    N8N_ENCRYPTION_KEY: 'firebreak-tests-only',
    N8N_SECURE_COOKIE: 'false',
    // The estate calls a counting server on loopback.
    N8N_SSRF_PROTECTION_ENABLED: 'false',
    N8N_DIAGNOSTICS_ENABLED: 'false',
    N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
    N8N_TEMPLATES_ENABLED: 'false',
    N8N_PERSONALIZATION_ENABLED: 'false',
    N8N_HIRING_BANNER_ENABLED: 'false',
    N8N_DYNAMIC_BANNERS_ENABLED: 'false',
    GENERIC_TIMEZONE: 'UTC',
  };
}
