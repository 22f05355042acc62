import type * as library from 'discord.js';

/**
 * Builds how discord.js connects, so that what was let go stays so.
 *
 * A connection that is destroyed while it waits for Discord takes that for a failed wait and connects
 * anew half a second later, unseen (@discordjs/ws 1.2.3, `waitForEvent`). What it asks for first is
 * its session: it is never told one once it was let go, so it goes no further.
 *
 * @param isLetGo true once nobody wants this client any more
 */
export function stayingLetGo(
  { SimpleShardingStrategy }: Pick<typeof library, 'SimpleShardingStrategy'>,
  isLetGo: () => boolean,
): NonNullable<library.WebSocketOptions['buildStrategy']> {
  return (manager) => {
    const { options } = manager;
    const told = options.retrieveSessionInfo.bind(options);
    options.retrieveSessionInfo = (shard) => (isLetGo() ? new Promise(() => {}) : told(shard));
    return new SimpleShardingStrategy(manager);
  };
}
