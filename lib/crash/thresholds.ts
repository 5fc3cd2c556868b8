/** The constants of the detector. Counts are listeners, shares are of those connected, rates are per listener and second. */

export const THRESHOLDS = {
  /** no alarm in the first seconds, s */
  warmUp: 20,
  /** smaller audiences are taken for this many */
  fewest: 20,
  /** how many standard deviations are no chance any more */
  sigmas: 5,
  /**
   * involuntary losses: usual rate to start with, allowed above the usual, least number and share that alarm; while
   * joins fail nothing is allowed for, within so many seconds
   */
  loss: { start: 0.0015, slack: 0.002, least: 12, share: 0.02, seconds: [25] },
  /** all endings: the same. A crowd that leaves by choice stays below the slack */
  ending: { start: 0.002, slack: 0.03, least: 20, share: 0.06 },
  /** chance per second that someone who has just come leaves again, to start with */
  newcomerHazard: 0.015,
  /** a jump of the endings within some `seconds` while joins fail, when people do not leave by choice alone */
  jump: { seconds: [6, 12], least: 14, share: 0.025 },
  /** a jump of the endings that stops by itself within `stopped` seconds of its peak: only its aftermath tells what it was */
  doubt: { seconds: 12, least: 20, share: 0.04, watch: 120, settled: 15, stopped: 25, quietShare: 0.3 },
  /**
   * within one attribute value: endings, held against `restTimes` those of all the others at the same time, and losses,
   * with the share of its audience that alarms
   */
  value: { slack: 0.01, least: 15, share: 0.12, lossShare: 0.04, sigmas: 6, restTimes: 1.5 },
  /** listeners newly stalled: as losses, of those hearing; over when hearing is back at this share of its level */
  stall: { start: 0.0015, slack: 0.002, least: 20, share: 0.05, back: 0.95 },
  /** a window that lost fewer is withdrawn when it closes */
  worthRecording: 24.5,
  /** endings without reasons stand where this share of them comes back, or so many went within five seconds */
  comeBackShare: 0.12,
  atOnceShare: 0.35,
  /** a window closes after so many quiet seconds; windows less apart are one */
  quiet: 60,
};
export type Thresholds = typeof THRESHOLDS;
