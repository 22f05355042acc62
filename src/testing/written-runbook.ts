import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

/** One `##` of a runbook with the lines of its block; people read nothing in it. */
export function aStep(id: string, ...lines: readonly string[]): string {
  return `## Step ${id}\n\nDo it.\n\n\`\`\`yaml step\n${[`id: ${id}`, ...lines].join('\n')}\n\`\`\`\n`;
}

/**
 * A folder with one runbook, gone when the test file ends.
 *
 * @param inputs by name, e.g. `{ key: 'credential' }`
 */
export async function aRunbookFolder(
  id: string,
  inputs: Readonly<Record<string, string>>,
  steps: readonly string[],
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fb-runbook-'));
  after(() => rm(folder, { recursive: true, force: true }));
  const asked = Object.entries(inputs).map(
    ([name, type]) => `  ${name}: { type: ${type}, ask: Which? }\n`,
  );
  const front = `id: ${id}\ntitle: A test\ninputs:\n${asked.join('')}`;
  await writeFile(join(folder, `${id}.md`), `---\n${front}---\n\n# A test\n\n${steps.join('\n')}`);
  return folder;
}
