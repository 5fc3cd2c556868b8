/** Lengths of time as text, from whole milliseconds. */

/** `38 s`, `5 min 34 s`, `1 h 02 min`, `3 d 4 h`; parts of a second are cut off, never rounded up. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${pad(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${pad(minutes % 60)} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** `0.42 s`, `4.1 s`: a measured time in seconds with two digits */
export function secondsText(seconds: number): string {
  return `${seconds < 1 ? seconds.toFixed(2) : seconds.toFixed(1)} s`;
}

function pad(part: number): string {
  return String(part).padStart(2, '0');
}
