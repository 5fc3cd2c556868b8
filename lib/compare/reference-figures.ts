/**
 * Audience figures that others published, each with its kind, its date and who published it. Nothing here was counted by
 * Headcount; a figure is a level, never a curve. Where reports differ, the first figure is the one most widely given and
 * `note` says what else was printed.
 */
import type { Kind } from './kind.ts';

export interface PublishedFigure {
  kind: Kind;
  value: number;
  /** as printed before the number: `about`, `over`, `claimed over`; empty where it was given plainly */
  qualifier: '' | 'about' | 'over' | 'claimed' | 'claimed over';
  source: string;
}

export interface ReferenceFigure {
  id: string;
  name: string;
  /** as precisely as it is known: `20 Oct 2020`, `2018` */
  date: string;
  platform: string;
  figures: readonly PublishedFigure[];
  note: string | null;
}

export const REFERENCE_FIGURES: readonly ReferenceFigure[] = [
  {
    id: 'red-bull-stratos-2012',
    name: 'Red Bull Stratos',
    date: '14 Oct 2012',
    platform: 'YouTube',
    figures: [{ kind: 'peak', value: 8_000_000, qualifier: 'over', source: 'Daily Dot' }],
    note: null,
  },
  {
    id: 'watermelon-2016',
    name: 'Exploding watermelon',
    date: '8 Apr 2016',
    platform: 'Facebook Live',
    figures: [{ kind: 'peak', value: 807_000, qualifier: '', source: 'BuzzFeed News' }],
    note: null,
  },
  {
    id: 'giraffe-2017',
    name: 'April the giraffe gives birth',
    date: '15 Apr 2017',
    platform: 'YouTube',
    figures: [
      { kind: 'peak', value: 1_200_000, qualifier: 'over', source: 'Variety' },
      { kind: 'views', value: 14_000_000, qualifier: '', source: 'Variety' },
    ],
    note: 'The views are those of that day.',
  },
  {
    id: 'ninja-drake-2018',
    name: 'Ninja and Drake',
    date: '2018',
    platform: 'Twitch',
    figures: [{ kind: 'peak', value: 628_000, qualifier: '', source: 'DualShockers' }],
    note: 'KSLA printed 617,000.',
  },
  {
    id: 'travis-scott-fortnite-2020',
    name: 'Travis Scott in Fortnite',
    date: '23 to 25 Apr 2020',
    platform: 'Fortnite',
    figures: [
      { kind: 'peak', value: 12_300_000, qualifier: '', source: 'The Verge' },
      { kind: 'reach', value: 27_700_000, qualifier: '', source: 'Variety' },
      { kind: 'visits', value: 45_800_000, qualifier: '', source: 'Variety' },
    ],
    note: 'The peak is of the first showing; people and visits are over all of them.',
  },
  {
    id: 'among-us-2020',
    name: 'AOC plays Among Us',
    date: '20 Oct 2020',
    platform: 'Twitch',
    figures: [{ kind: 'peak', value: 435_000, qualifier: 'over', source: 'TechCrunch' }],
    note: 'DualShockers and others printed 426,000 and 439,000.',
  },
  {
    id: 'thegrefg-2021',
    name: 'TheGrefg shows a skin',
    date: '11 Jan 2021',
    platform: 'Twitch',
    figures: [{ kind: 'peak', value: 2_468_668, qualifier: '', source: 'Dot Esports' }],
    note: null,
  },
  {
    id: 'imran-khan-2022',
    name: 'Imran Khan on Twitter Spaces',
    date: '20 Apr 2022',
    platform: 'Twitter Spaces',
    figures: [
      { kind: 'peak', value: 164_000, qualifier: 'about', source: 'Business Today' },
      { kind: 'tuned-in', value: 446_000, qualifier: '', source: 'Express Tribune' },
    ],
    note: null,
  },
  {
    id: 'spaces-launch-2023',
    name: 'Presidential launch on Twitter Spaces',
    date: '24 May 2023',
    platform: 'Twitter Spaces',
    figures: [
      { kind: 'peak', value: 600_000, qualifier: 'about', source: 'Business Insider' },
      { kind: 'tuned-in', value: 3_400_000, qualifier: '', source: "the platform's counter, days later" },
    ],
    note: 'Others printed 380,000 to 700,000 for the first room, and up to 304,000 for the second; 161,000 heard the speech, as credited to NBC News.',
  },
  {
    id: 'chandrayaan-3-2023',
    name: 'Chandrayaan-3 lands on the Moon',
    date: '23 Aug 2023',
    platform: 'YouTube',
    figures: [{ kind: 'peak', value: 8_000_000, qualifier: 'over', source: "NDTV, quoting YouTube's chief executive" }],
    note: null,
  },
  {
    id: 'ipl-final-2023',
    name: 'IPL final',
    date: '2023',
    platform: 'JioCinema',
    figures: [{ kind: 'peak', value: 32_000_000, qualifier: '', source: 'TechCrunch' }],
    note: null,
  },
  {
    id: 'cricket-world-cup-final-2023',
    name: 'Cricket World Cup final',
    date: '19 Nov 2023',
    platform: 'Disney+ Hotstar',
    figures: [{ kind: 'peak', value: 59_000_000, qualifier: '', source: 'TechCrunch' }],
    note: null,
  },
  {
    id: 'dolphins-chiefs-2024',
    name: 'Dolphins at Chiefs, wild card',
    date: '13 Jan 2024',
    platform: 'Peacock and NBC',
    figures: [
      { kind: 'average-minute-audience', value: 23_000_000, qualifier: '', source: 'Barrett Media' },
      { kind: 'reach', value: 27_600_000, qualifier: '', source: 'Barrett Media' },
    ],
    note: null,
  },
  {
    id: 'la-velada-iv-2024',
    name: 'La Velada del Año IV',
    date: '2024',
    platform: 'Twitch',
    figures: [{ kind: 'peak', value: 3_846_256, qualifier: '', source: 'esports.gg' }],
    note: null,
  },
  {
    id: 'spaces-talk-2024',
    name: 'Trump and Musk on X Spaces',
    date: '12 Aug 2024',
    platform: 'X Spaces',
    figures: [
      { kind: 'connected', value: 1_300_000, qualifier: '', source: 'AP' },
      { kind: 'tuned-in', value: 16_000_000, qualifier: 'claimed over', source: 'Daily Beast' },
    ],
    note: 'The concurrent figure is that of 21:40 EDT.',
  },
  {
    id: 'tyson-paul-2024',
    name: 'Tyson against Paul',
    date: '15 Nov 2024',
    platform: 'Netflix',
    figures: [
      { kind: 'peak', value: 65_000_000, qualifier: '', source: 'NBC Sports' },
      { kind: 'households', value: 60_000_000, qualifier: '', source: 'NBC Sports' },
    ],
    note: 'The peak counts streams, and is no average-minute audience.',
  },
  {
    id: 'chiefs-chargers-2025',
    name: 'Chiefs and Chargers in São Paulo',
    date: '5 Sep 2025',
    platform: 'YouTube',
    figures: [
      {
        kind: 'average-minute-audience',
        value: 19_700_000,
        qualifier: '',
        source: 'Sports Media Watch, revised figure',
      },
    ],
    note: 'Front Office Sports first printed 17.3 million; it was revised after a week.',
  },
];

export function referenceFigure(id: string): ReferenceFigure | null {
  return REFERENCE_FIGURES.find((reference) => reference.id === id) ?? null;
}
