import { changeText, countText, timesText } from '../../lib/format/number.ts';
import type { WindowBrief } from '../../lib/series/window-brief.ts';

/** `−61.0 % since 18:04:12; 312,400 dropped; likely cause edge=ams-3 7.1×` */
export function diagnosis(window: WindowBrief, connected: number): string {
  const parts: string[] = [];
  if (window.connectedBefore > 0) parts.push(`${changeText(connected / window.connectedBefore - 1)} since onset`);
  if (window.dropped !== null) parts.push(`${countText(window.dropped)} dropped`);
  const { cause } = window;
  if (cause !== null) parts.push(`likely cause ${cause.attribute}=${cause.value} ${timesText(cause.riskRatio)}`);
  return parts.join('; ');
}
