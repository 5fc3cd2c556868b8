/** Parts of a page that come in a file of their own. */

const AGAIN_MS = 500;
const AGAIN_AT_MOST_MS = 5_000;

/** Tries until it is there: a server that is just restarting costs the page a moment, not its life. */
export async function untilLoaded<T>(load: () => Promise<T>): Promise<T> {
  for (let wait = AGAIN_MS; ; wait = Math.min(2 * wait, AGAIN_AT_MOST_MS)) {
    try {
      return await load();
    } catch (error) {
      console.warn(`A part of this page is not there yet and is asked for again: ${String(error)}`);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}
