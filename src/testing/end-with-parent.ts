/**
 * Preloaded into a child (`--import`): ends it when the process that started it is gone, even when
 * that one was killed. The start-up must pass an IPC channel, whose end is the signal.
 */
process.once('disconnect', () => process.exit(0));
// The channel must not keep a child alive that wants to end by itself.
process.channel?.unref();
