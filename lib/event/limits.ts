/** How large a record and its fields may be. Text lengths in UTF-16 units, times in ms. */

/** bytes of one record, without its line end */
export const RECORD_BYTES = 16_384;

export const BROADCAST_LENGTH = 128;
export const ROOM_LENGTH = 128;
export const LISTENER_LENGTH = 256;
export const CONNECTION_LENGTH = 256;
export const ID_LENGTH = 128;
export const CODE_LENGTH = 64;
export const REASON_LENGTH = 64;
export const SOURCE_LENGTH = 64;
export const LABEL_LENGTH = 280;
export const AUTHOR_LENGTH = 128;
export const REPLACES_LENGTH = 128;
export const ATTRIBUTE_LENGTH = 128;
export const ATTRIBUTES = 8;

/** the longest heartbeat period, ms */
export const HEARTBEAT_MS = 600_000;

/** `ts` lies in the years 2000..2099: EARLIEST_TS <= ts < END_TS, epoch ms */
export const EARLIEST_TS = Date.UTC(2000, 0, 1);
export const END_TS = Date.UTC(2100, 0, 1);

/** how far `ts` may run ahead of its record's own timestamp, ms */
export const CLOCK_SLACK_MS = 60_000;

/** the instants a calendar can name lie within ± this, epoch ms (ECMAScript's time range) */
export const CALENDAR_MS = 8_640_000_000_000_000;
