import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';

import { backupCopies } from './backup-copies.ts';
import { examineDiscord } from './chat/discord/examine.ts';
import { examineSlack } from './chat/slack/examine.ts';
import type { Entrance } from './cli/cli.ts';
import type { Word } from './cli/where.ts';
import { askServer, assertSameDatabase } from './cli/where.ts';
import type { Config } from './config.ts';
import type { Finding } from './domain/doctor.ts';
import { copiesFinding, diagnosis, privateFinding, spaceFinding } from './domain/doctor.ts';
import type { View } from './domain/reply.ts';
import { UserError } from './errors.ts';
import { operatorTokenFile } from './operator-token.ts';
import { loadSigner, signingKeyFile } from './record/keys.ts';
import { databaseWords } from './store/database-words.ts';
import { inspectDatabase } from './store/inspect.ts';
import type { Inspection } from './store/inspect.ts';
import { sealingKeyOf } from './store/open.ts';
import { keyIdOf, sealingKeyFile } from './store/seal.ts';

/** What the doctor needs of the world around it. */
export type DoctorContext = {
  /** The settings, or why there are none. */
  readonly config: Config | UserError;
  readonly fetch: typeof fetch;
  /** The server that runs here, else the instance itself; called when opening it changes nothing. */
  readonly openEntrance: (config: Config) => Promise<Entrance>;
  /** How long a server that left word may take to say that it is there, in ms. */
  readonly patienceMs?: number;
};

/** A server that is merely busy is given so long, in ms: it is not to be called hanging. */
const busyMs = 10_000;

/**
 * Says of everything that Firebreak stands on whether it works, and what to do where it does not.
 *
 * Nothing is made or changed, except that heads of timelines are signed, as by any export, and that
 * the operator's token is made where it is missing, as by any line. Nothing that is broken keeps it
 * from looking at the rest.
 */
export async function doctor(context: DoctorContext): Promise<View> {
  const { config } = context;
  if (config instanceof UserError) return diagnosis([complaint('settings', config)]);
  const settings: Finding = {
    about: 'settings',
    state: 'works',
    text: `They are right: ${databaseWords(config.databaseUrl)}, data in ${config.dataDir}, times in ${config.timeZone}.`,
  };
  const files = await examineFiles(config);
  const inside = await examineInstance(context, config, files);
  return diagnosis([
    settings,
    ...files.findings,
    ...inside,
    ...(await examineChats(context, config)),
  ]);
}

/** Through the server that runs here, unless it uses another database than the one meant. */
async function examineInstance(
  context: DoctorContext,
  config: Config,
  { mayOpen }: Pick<Files, 'mayOpen'>,
): Promise<readonly Finding[]> {
  const word = await askServer(config.dataDir, context.fetch, context.patienceMs ?? busyMs);
  try {
    assertSameDatabase(word, config.databaseUrl && databaseWords(config.databaseUrl));
  } catch (error) {
    return [complaint('server', error), ...(await examineDatabase(context, config, { word }))];
  }
  const server = serverFinding(word);
  if (word.kind === 'here') return [server, ...(await examineInside(context, config))];
  return [server, ...(await examineDatabase(context, config, { word, mayOpen }))];
}

async function examineChats(
  { fetch: ask }: DoctorContext,
  { slack, discord }: Config,
): Promise<readonly Finding[]> {
  const around = { fetch: ask, now: () => new Date() };
  return [
    ...(slack === undefined ? [] : await examineSlack(slack, around)),
    ...(discord === undefined ? [] : await examineDiscord(discord, around)),
  ];
}

type Files = {
  readonly findings: readonly Finding[];
  /** Opening the instance would not make keys: what else is to be fixed keeps nobody from looking. */
  readonly mayOpen: boolean;
};

async function examineFiles(config: Config): Promise<Files> {
  const { dataDir } = config;
  const directory = await stat(dataDir).catch(() => undefined);
  if (!directory?.isDirectory()) {
    const missing: Finding = {
      about: 'data directory',
      state: 'fix',
      text: `There is no ${dataDir} yet: Firebreak was never started here.`,
      next: 'npm start makes it. To bring a backup back: firebreak restore FILE',
    };
    return { findings: [missing], mayOpen: false };
  }
  const keys = [await encryptionKey(config), await signingKey(dataDir)];
  const { bavail, bsize } = await statfs(dataDir);
  const findings = [
    privateFinding('data directory', dataDir, directory.mode, {
      isClosedByOpening: config.databaseUrl === undefined,
    }),
    spaceFinding(bavail * bsize),
    ...copiesFinding(await backupCopies(dataDir)),
    ...keys,
    await operatorsToken(dataDir),
  ];
  return { findings, mayOpen: keys.every(({ state }) => state !== 'fix') };
}

async function encryptionKey(config: Config): Promise<Finding> {
  const about = 'encryption key';
  try {
    const key = await sealingKeyOf(sealingOf(config));
    if (key === undefined) {
      return {
        about,
        state: 'fix',
        text: 'There is none: secrets and evidence cannot be opened.',
        next: `Put ${sealingKeyFile} back into ${config.dataDir} or set FIREBREAK_KEY; npm start makes one for a new instance`,
      };
    }
    const from = config.key ? 'FIREBREAK_KEY' : sealingKeyFile;
    return { about, state: 'works', text: `${from} holds one (${keyIdOf(key)}).` };
  } catch (error) {
    return complaint(about, error);
  }
}

async function signingKey(dataDir: string): Promise<Finding> {
  const about = 'signing key';
  try {
    const signer = await loadSigner(dataDir);
    if (signer === undefined) {
      return {
        about,
        state: 'fix',
        text: 'There is none: what is signed next would be signed with another key than before.',
        next: `Put ${signingKeyFile} back into ${dataDir}; npm start makes one where it is lost or the instance is new, and says so on the timeline`,
      };
    }
    return { about, state: 'works', text: `${signingKeyFile} holds one (${signer.keyId}).` };
  } catch (error) {
    return complaint(about, error);
  }
}

async function operatorsToken(dataDir: string): Promise<Finding> {
  const about = 'operator’s token';
  const path = join(dataDir, operatorTokenFile);
  const file = await stat(path).catch(() => undefined);
  if (file) return privateFinding(about, path, file.mode);
  return { about, state: 'note', text: 'There was none yet; whoever speaks here next makes it.' };
}

const notLookedAt: Finding = {
  about: 'not looked at',
  state: 'note',
  text: 'Timelines, people, clock and connections: only an instance that opens can tell.',
  next: 'Put right what is to be fixed, then firebreak doctor again',
};

async function examineDatabase(
  context: DoctorContext,
  config: Config,
  { word, mayOpen = false }: { readonly word: Word; readonly mayOpen?: boolean },
): Promise<readonly Finding[]> {
  try {
    const found = await inspectDatabase({
      dataDir: config.dataDir,
      ...(config.databaseUrl ? { databaseUrl: config.databaseUrl.reveal() } : {}),
    });
    const database = await databaseFinding(found, config);
    const isReady = found.instance !== undefined && found.pending === 0;
    // Opening it would make keys that are missing, or apply what is pending.
    if (!mayOpen || !isReady || database.state === 'fix') return [database, notLookedAt];
    return [database, ...(await examineInside(context, config))];
  } catch (error) {
    const isHeld = error instanceof UserError && error.code === 'conflict';
    if (isHeld && word.kind === 'silent') return [heldBySilent, notLookedAt];
    return [complaint('database', error)];
  }
}

const heldBySilent: Finding = {
  about: 'database',
  state: 'note',
  text: 'The server that does not answer has it open.',
};

async function databaseFinding(found: Inspection, config: Config): Promise<Finding> {
  const about = 'database';
  const fix = (text: string, next: string): Finding => ({ about, state: 'fix', text, next });
  if (found.newer) {
    return fix('A newer Firebreak has used it.', 'Start that version, or restore a backup');
  }
  if (found.fresh || !found.instance) {
    const text = config.databaseUrl ? 'It is reachable, and empty.' : 'There is none yet.';
    return fix(text, 'npm start makes it, or: firebreak restore FILE');
  }
  if (found.pending > 0) {
    const text = `It needs ${found.pending} migration(s).`;
    return config.databaseUrl
      ? fix(text, 'npm run -s firebreak -- backup FILE, then: npm run -s firebreak -- migrate')
      : fix(text, 'npm start applies them, after a backup into the data directory');
  }
  const key = await sealingKeyOf(sealingOf(config)).catch(() => undefined);
  if (key && keyIdOf(key) !== found.instance.keyId) {
    return fix(
      `The encryption key does not open it: it wants ${found.instance.keyId}.`,
      'Put back the key with which it was made',
    );
  }
  return { about, state: 'works', text: `Reachable and migrated (${found.applied}).` };
}

function serverFinding(word: Word): Finding {
  const about = 'server';
  switch (word.kind) {
    case 'here':
      return { about, state: 'works', text: `It runs at ${word.url}.` };
    case 'silent':
      return {
        about,
        state: 'fix',
        text: `The server at ${word.url} does not answer in time: it is busy, or it hangs and carries out nothing.`,
        next: 'Ask again in a moment and look at its log; if it hangs, end that process and start it anew',
      };
    case 'none':
      return {
        about,
        state: 'note',
        text: 'None runs on this data directory; the command line works without one.',
      };
  }
}

async function examineInside(context: DoctorContext, config: Config): Promise<readonly Finding[]> {
  try {
    const entrance = await context.openEntrance(config);
    try {
      const token = config.token ?? (await entrance.operatorToken());
      return await (await entrance.enter({ token })).examine();
    } finally {
      await entrance.close();
    }
  } catch (error) {
    return [complaint('instance', error), notLookedAt];
  }
}

function sealingOf({ dataDir, key }: Config) {
  return { dataDir, ...(key ? { sealingKey: key.reveal() } : {}) };
}

/** Text of ours as it is; of anything else only its name, because it may hold an address. */
function complaint(about: string, error: unknown): Finding {
  if (error instanceof UserError) {
    const next = error.hint ?? 'See above';
    return { about, state: 'fix', text: error.message, next };
  }
  const name = error instanceof Error ? error.name : 'no error';
  const text = `It failed in a way that nobody foresaw (${name}).`;
  return { about, state: 'fix', text, next: 'Start Firebreak and look at its log' };
}
