/**
 * Of a workflow that others can start. In 1.x a switch-off ends only its own triggers; that a workflow
 * has to be on to be called came with 2.0 (n8n-io/n8n#24036).
 */
export const runsWhileOff =
  'This n8n is older than 2.10 and may run it for other workflows also while it is off: ' +
  'contain those that call it too.';

/** What no API key can see or do on an n8n before 2.10, 1.x among them (its OpenAPI, 1.123.81). */
export const gapsOfOlder = [
  'This n8n is older than 2.10 and lists no credentials: only those a workflow names are known.',
  'It has no way to stop executions over its API: what runs or waits when its workflow is switched off goes on.',
  'It may run a workflow for others that call it also while that is switched off, 1.x always does.',
  'It keeps no list of earlier versions that can be read, so who changed a workflow when is not known.',
];
