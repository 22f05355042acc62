import { promises as streams } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';

import type { Dispatcher } from 'undici';

import { PlatformError } from '../errors.ts';
import { parseBounded } from './bounded-json.ts';

/**
 * Reads the body of an answer within bounds, as it comes and as it unfolds.
 *
 * A refusal (400 and up) need not be JSON: proxies and crashed servers answer in HTML, and then
 * only the status counts.
 *
 * @returns parsed JSON, or undefined when none was sent
 * @throws PlatformError `unreadable` for a good answer that is no bounded JSON, `blocked` for a redirect
 */
export async function readAnswer(
  platform: string,
  wanted: 'json' | 'none',
  response: Dispatcher.ResponseData,
  bodyBytes: number,
): Promise<unknown> {
  const { statusCode: status, headers, body } = response;
  try {
    if (status >= 300 && status < 400) throw redirected(platform);
    if (wanted === 'none' || status === 204) return undefined;
    const isGood = status < 300;
    const type = textOf(headers['content-type']);
    if (!/^application\/([a-z0-9.+-]*\+)?json\b/i.test(type)) {
      if (isGood) throw notJson(platform, type);
      return undefined;
    }
    const encoding = textOf(headers['content-encoding']).toLowerCase();
    const bytes = await readBytes(platform, body, encoding, bodyBytes);
    try {
      return parseBounded(bytes);
    } catch {
      if (isGood) throw unreadable(platform, 'is not valid JSON or is nested too deeply');
      return undefined;
    }
  } finally {
    // Whatever was not read is thrown away, so that the connection is free or closed.
    if (!body.destroyed) await body.dump({ limit: dumpedBytes }).catch(() => undefined);
  }
}

const dumpedBytes = 64 * 1024;

async function readBytes(
  platform: string,
  body: Dispatcher.ResponseData['body'],
  encoding: string,
  atMost: number,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const collect = async (source: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const part of source) {
      size += part.byteLength;
      if (size > atMost) throw tooLarge(platform);
      parts.push(part);
    }
  };
  switch (encoding) {
    case '':
    case 'identity':
      await streams.pipeline(body, collect);
      break;
    case 'gzip':
    case 'x-gzip':
      await streams.pipeline(body, createGunzip(), collect);
      break;
    case 'deflate':
      await streams.pipeline(body, createInflate(), collect);
      break;
    default:
      throw unreadable(platform, 'is compressed in a way that was not asked for');
  }
  return Buffer.concat(parts);
}

function textOf(header: string | string[] | undefined): string {
  return (Array.isArray(header) ? header[0] : header) ?? '';
}

function redirected(platform: string): PlatformError {
  const message =
    'The platform answered with a redirect, which is never followed. Connect with the address ' +
    'that it redirects to; a sign-in page may stand in front of it.';
  return new PlatformError(platform, 'blocked', message);
}

function notJson(platform: string, type: string): PlatformError {
  if (!/html/i.test(type)) return unreadable(platform, 'is not JSON');
  const message =
    'The platform answered with a web page instead of JSON. Check the base URL; ' +
    'a proxy or a sign-in page may stand in front of it.';
  return new PlatformError(platform, 'unreadable', message);
}

/** Marks answers that a smaller page would make readable. */
export class TooLarge extends PlatformError {}

function tooLarge(platform: string): TooLarge {
  const message = 'The platform sent more than is read in one answer, so it was cut off.';
  return new TooLarge(platform, 'unreadable', message);
}

function unreadable(platform: string, why: string): PlatformError {
  return new PlatformError(platform, 'unreadable', `The platform sent an answer that ${why}.`);
}
