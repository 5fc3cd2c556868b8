/** The roles of the design as resolved colours: a picture has no style sheet to look them up in. */

export const THEMES = ['light', 'dark'] as const;
export type ThemeName = (typeof THEMES)[number];

export interface Paint {
  colour: string;
  opacity: number;
}

export interface Theme {
  ground: string;
  raised: string;
  line: string;
  lineStrong: string;
  ink: string;
  ink2: string;
  ink3: string;
  crash: string;
  crashWash: Paint;
  hearing: string;
  hearingWash: Paint;
  /** between hearing and connected: in the room, no sound */
  gap: Paint;
  suspect: Paint;
  grid: string;
  hatch: string;
  left: string;
  /** other broadcasts, in this order, each with the dash of its place */
  others: readonly [string, string, string, string];
}

const LIGHT: Theme = {
  ground: '#ffffff',
  raised: '#e9ecee',
  line: '#dde1e4',
  lineStrong: '#7f878f',
  ink: '#14171a',
  ink2: '#454c54',
  ink3: '#5c646c',
  crash: '#bf2a10',
  crashWash: { colour: '#bf2a10', opacity: 0.08 },
  hearing: '#0a66c2',
  hearingWash: { colour: '#0a66c2', opacity: 0.16 },
  gap: { colour: '#14171a', opacity: 0.09 },
  suspect: { colour: '#14171a', opacity: 0.22 },
  grid: '#e7eaec',
  hatch: '#7f878f',
  left: '#7f878f',
  others: ['#0f766e', '#8e3b8a', '#8a5a00', '#54606c'],
};

const DARK: Theme = {
  ground: '#0f1214',
  raised: '#1f2428',
  line: '#2a3035',
  lineStrong: '#69727a',
  ink: '#e9ecee',
  ink2: '#aeb6bd',
  ink3: '#8f98a0',
  crash: '#ff7557',
  crashWash: { colour: '#ff7557', opacity: 0.1 },
  hearing: '#4aa3ff',
  hearingWash: { colour: '#4aa3ff', opacity: 0.2 },
  gap: { colour: '#e9ecee', opacity: 0.1 },
  suspect: { colour: '#e9ecee', opacity: 0.26 },
  grid: '#22272b',
  hatch: '#69727a',
  left: '#7b848c',
  others: ['#3fbfae', '#d38bd0', '#d9a441', '#95a1ad'],
};

export function themeOf(name: ThemeName): Theme {
  return name === 'dark' ? DARK : LIGHT;
}

/** Dashes of other broadcasts: teal solid, plum 7 3, ochre 2 3, slate 4 2. */
export const OTHER_DASHES = ['', '7 3', '2 3', '4 2'] as const;
