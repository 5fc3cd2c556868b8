/** Title above a picture, and the lines under it that say what it is: broadcast, window, zone, state, revision, making. */
import { clockMinuteText, dayText, zoneShortText, zoneText } from '../format/clock.ts';
import { windowWords } from '../format/window.ts';
import type { ValueState } from '../numbers/second.ts';
import { fitted, label, textWidth } from './element.ts';
import { isComparison } from './input.ts';
import type { Drawing } from './lanes.ts';

export interface Caption {
  title: string;
  subtitle: string;
  /** the same for narrow pictures */
  short: string;
  /** left side of the footer */
  left: string;
  /** right side */
  right: string;
  /** the compared broadcasts; null without any */
  compared: string | null;
}

export function captionOf({ picture }: Pick<Drawing, 'picture'>, madeAt: number): Caption {
  const { view, zone } = picture;
  const from = Math.max(picture.from, view.firstAt);
  const to = Math.min(picture.to, view.lastAt);
  const window = windowWords(from, Math.max(from, to), zone);
  const beside = [
    ...picture.others.map((other) => other.title ?? other.broadcast),
    ...picture.levels.map(({ name }) => name),
  ];
  const measured = view.kind === 'curve' ? 'Viewer count, an imported curve' : 'Connected listeners';
  const what = beside.length > 0 || !view.known.hearing ? measured : 'Connected and hearing listeners';
  const against = beside.length === 0 ? '' : `, against ${beside.join(', ')}`;
  const share = picture.scale === 'share' ? ', each as a share of its own peak' : '';
  const span = `${window} ${zoneText(from, zone)}`;
  const coarse =
    view.kept === null ? '' : ` Drawn from ${view.kept.step === 60 ? 'minutes' : '10 s'}: seconds are no longer kept.`;
  const origin = view.demo ? ' Demo broadcast, simulated.' : '';
  const sources = [
    ...picture.others.map((other) => `${other.broadcast} (${stateWords(other.state, other.rev).toLowerCase()})`),
    ...picture.levels.map(({ name, source }) => `${name} (reported by ${source})`),
  ];
  return {
    title: view.title ?? view.broadcast,
    subtitle: `${what}${against}${share}. ${span}.`,
    short: `${window} ${zoneShortText(from, zone)}`,
    left: `Broadcast ${view.broadcast}. ${span}. ${stateWords(view.state, view.rev)}.${coarse}${origin}`,
    right: `Headcount, made ${dayText(madeAt, 'UTC')}, ${clockMinuteText(madeAt, 'UTC')} UTC`,
    compared: sources.length === 0 ? null : `Against ${sources.join(', ')}.`,
  };
}

export interface FooterLine {
  left: string;
  right: string;
}

/** Nothing of it is ever cut: what does not fit one line stands on the next. */
export function footerLines(caption: Caption, width: number): FooterLine[] {
  const lines = [caption.compared ?? '', caption.left]
    .filter((text) => text !== '')
    .flatMap((text) => wrapped(text, width));
  const last = lines[lines.length - 1] ?? '';
  if (textWidth(last) + textWidth(caption.right) + 16 > width) lines.push(caption.right);
  else return lines.map((left, index) => ({ left, right: index === lines.length - 1 ? caption.right : '' }));
  return lines.map((left) => ({ left, right: '' }));
}

export function captions({ frame, theme, picture }: Drawing, caption: Caption): string {
  const { side, layout, compact } = frame;
  const { width } = layout;
  const big = compact ? 14 : 20;
  const named = compact && !isComparison(picture);
  const title = fitted(caption.title, named ? width - 130 : width, big);
  const look = { fill: theme.ink3 };
  const footer = footerLines(caption, width).map(({ left, right }, index) => {
    const y = frame.footer + index * 15;
    return label(side, y, left, look) + (right === '' ? '' : label(side + width, y, right, { ...look, anchor: 'end' }));
  });
  const hearing = picture.view.known.hearing;
  const names = named
    ? label(side + width - (hearing ? 54 : 0), 22, 'connected', { fill: theme.ink, weight: 600, anchor: 'end' }) +
      (hearing ? label(side + width, 22, 'hearing', { fill: theme.hearing, weight: 600, anchor: 'end' }) : '')
    : '';
  return (
    label(side, compact ? 22 : 28, title, { fill: theme.ink, size: big, weight: 600 }) +
    names +
    label(side, compact ? 38 : 46, fitted(compact ? caption.short : caption.subtitle, width, 12), {
      fill: theme.ink2,
      size: 12,
    }) +
    footer.join('')
  );
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** `Final, revision 1`, `Provisional` */
export function stateWords(state: ValueState, rev: number): string {
  const word = state.charAt(0).toUpperCase() + state.slice(1);
  return state === 'final' ? `${word}, revision ${rev}` : `${word}, may still change, revision ${rev}`;
}
