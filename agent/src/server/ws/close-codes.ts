/** Why the daemon closes a ws connection, beyond the codes of the ws protocol itself (1009: message too large). */
export const CLOSE = {
  /** The daemon ends; a new one may be started. */
  goingAway: 1001,
  /** Something else than text. */
  notText: 1003,
  versionMismatch: 4001,
  /** The first message was no `hello`, or none came in time. */
  helloMissing: 4002,
  /** The client reads more slowly than it is sent to; it may connect again and ask for what it missed. */
  tooSlow: 4003,
} as const;
