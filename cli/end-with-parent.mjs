/** Loaded into a child before its program: the child ends when its parent is gone, however that ended. */
process.once('disconnect', () => process.exit(0));
process.channel?.unref();
