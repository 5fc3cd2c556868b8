/** What a detector says of one window, in seconds of the broadcast's rows. Pure numbers: types and costs are added by others. */

export interface DetectedWindow {
  /** what was watched: losses of listeners, listeners newly stalled, or the falls of a curve */
  kind: 'loss' | 'audio' | 'curve';
  /** epoch s of the row in which it began (the row covers the second before its instant) */
  onset: number;
  /** epoch s of the alarm */
  detectedAt: number;
  /** epoch s of the last row of failing service; null while it lasts */
  serviceEnd: number | null;
  /** epoch s in which the window closed; null while open */
  closedAt: number | null;
  /** the platform gave reasons (endings error or server, or silence, raised the alarm), or only a crowd leaving did */
  evidence: 'reasons' | 'endings';
  /** suspects were most of what raised it: it is a silent one */
  silent: boolean;
  /** the attribute value whose own numbers raised it, where the whole's did not */
  within: { attribute: string; value: string } | null;
}
