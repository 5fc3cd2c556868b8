/** A broadcast from this length on is a long one, s: its people and its seconds are too many to be looked at in passing. */
export const LONG_SECONDS = 6 * 3_600;
