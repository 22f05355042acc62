import { UserError } from '../../errors.ts';
import { filledUp } from './filler.ts';
import type { Base } from './model.ts';
import { office } from './office.ts';
import { shop } from './shop.ts';
import type { EstateSketch } from './sketch.ts';
import { drawn } from './sketch.ts';

/** What an address of the sandbox says: `sandbox://shop`, `sandbox://shop/7`, `…/7/10000`. */
export type SandboxAddress = {
  readonly estate: keyof typeof sketches;
  /** Another seed gives other ids and another choice of fillers. */
  readonly seed: number;
  /** How many workflows; not fewer than the story needs. */
  readonly size: number;
};

const sketches = { shop, office } as const satisfies Readonly<
  Record<string, (seed: string) => EstateSketch>
>;
const usualSeed = 1;
const sizeAtMost = 100_000;

/** @throws UserError `bad_input` for estates that there are not */
export function readAddress(baseUrl: string): SandboxAddress {
  const match = /^sandbox:\/\/([a-z]+)(?:\/(\d{1,9}))?(?:\/(\d{1,6}))?$/.exec(baseUrl);
  const estate = match?.[1];
  const size = Number(match?.[3] ?? 0);
  if (!isEstate(estate) || size > sizeAtMost) {
    throw new UserError('bad_input', 'There is no such sandbox.', {
      hint: `--url ${Object.keys(sketches)
        .map((name) => `sandbox://${name}`)
        .join(' or ')}`,
    });
  }
  return { estate, seed: Number(match?.[2] ?? usualSeed), size };
}

/** The estate at an address as it was when it was made; the same for the same instant. */
export function baseAt({ estate, seed, size }: SandboxAddress, bornAt: Date): Base {
  const words = `${estate} ${seed}`;
  return drawn(filledUp(sketches[estate](words), words, size), { seed: words, bornAt });
}

function isEstate(text: string | undefined): text is keyof typeof sketches {
  return text !== undefined && Object.hasOwn(sketches, text);
}
