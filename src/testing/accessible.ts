import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import type { Page } from 'playwright-core';
import { z } from 'zod';

import { widths } from './browser.ts';

const axeFile = fileURLToPath(import.meta.resolve('axe-core/axe.min.js'));

/** WCAG 2.2 up to AA, and what axe-core holds to be good besides. */
const kinds = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const found = z.array(
  z.object({
    id: z.string(),
    nodes: z.array(z.object({ html: z.string(), failureSummary: z.string().optional() })),
  }),
);

/**
 * What keeps somebody from using this page: contrast below AA, controls without a name, and all
 * else that axe-core measures, light and dark, on both widths of screen.
 */
export async function barriers(page: Page): Promise<readonly string[]> {
  const axe = await readFile(axeFile, 'utf8');
  const seen = new Set<string>();
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      await page.evaluate(axe);
      const run = `axe.run(document, { runOnly: ${JSON.stringify(kinds)} })`;
      const violations = found.parse(await page.evaluate(`${run}.then((all) => all.violations)`));
      for (const { id, nodes } of violations) {
        for (const { html, failureSummary = '' } of nodes) {
          const why = failureSummary.replaceAll(/\s+/g, ' ');
          seen.add(`${id} (${colorScheme}, ${width} px): ${html.slice(0, 160)} ${why}`);
        }
      }
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  return [...seen];
}
