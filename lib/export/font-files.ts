/** The fonts that are shipped, found from a folder of the project upwards. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const TRUE_TYPE = [
  '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf',
  '@expo-google-fonts/inter/500Medium/Inter_500Medium.ttf',
  '@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf',
];
const WEB = '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2';

/** Inter in weights 400, 500 and 600, as files. Throws where they are not installed: text would vanish. */
export function fontFiles(folder: string): [string, string, string] {
  const [regular, medium, strong] = TRUE_TYPE.map((file) => find(folder, file));
  if (regular && medium && strong) return [regular, medium, strong];
  throw new Error(
    `The fonts of @expo-google-fonts/inter were expected in node_modules above ${folder} and are not there: run npm ci`,
  );
}

/** Inter for Latin text as WOFF2 in base64, for a file that is to stand alone; null where it is not installed. */
export function webFont(folder: string): string | null {
  const file = find(folder, WEB);
  return file === null ? null : readFileSync(file).toString('base64');
}

function find(folder: string, file: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, 'node_modules', file);
    if (existsSync(path)) return path;
    if (dirname(at) === at) return null;
  }
}
