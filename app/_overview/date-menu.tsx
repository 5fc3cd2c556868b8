'use client';
/** On which days those looked for ran: any, a few at a press, or from one day to another. */
import * as Popover from '@radix-ui/react-popover';
import { type Days, dayAfter, daysText, today } from './days.ts';
import { dayOf } from './url-state.ts';

interface Props {
  days: Days;
  zone: string;
  zoneLabel: string;
  now: number;
  onChange: (days: Days) => void;
}

/** Days of each offer, today the last of them. */
const OFFERS = [
  ['Today', 1],
  ['7 days', 7],
  ['30 days', 30],
] as const;

export function DateMenu({ days, zone, zoneLabel, now, onChange }: Props) {
  const last = today(now, zone);
  const any = days.from === null && days.to === null;
  return (
    <Popover.Root>
      <Popover.Trigger className={any ? 'btn' : 'btn on'}>{daysText(days, zone, now)}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="float days" sideOffset={6} align="start" aria-label="Days">
          <fieldset className="seg">
            <legend className="sr">Quick choice</legend>
            <button type="button" aria-pressed={any} onClick={() => onChange({ from: null, to: null })}>
              Any
            </button>
            {OFFERS.map(([words, length]) => {
              const offer = { from: dayAfter(last, 1 - length), to: last };
              const pressed = days.from === offer.from && days.to === offer.to;
              return (
                <button key={words} type="button" aria-pressed={pressed} onClick={() => onChange(offer)}>
                  {words}
                </button>
              );
            })}
          </fieldset>
          <Day name="From" day={days.from} onChange={(from) => onChange({ ...days, from })} />
          <Day name="To" day={days.to} onChange={(to) => onChange({ ...days, to })} />
          <p className="foot">Those that ran on any of these days, {zoneLabel}.</p>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Day({ name, day, onChange }: { name: string; day: string | null; onChange: (day: string | null) => void }) {
  return (
    <label>
      {name}
      <input
        type="date"
        min="2000-01-01"
        max="2099-12-31"
        value={day ?? ''}
        onChange={(event) => onChange(dayOf(event.target.value))}
      />
    </label>
  );
}
