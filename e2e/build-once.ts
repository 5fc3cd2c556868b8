/** Before the tests of this run: the pages are built as the first `headcount dashboard` builds them. */
import { BUILD_MS, cleanUp, startProduct } from './product.ts';

export async function setup(): Promise<void> {
  try {
    const dashboard = await startProduct('dashboard', { readyMs: BUILD_MS });
    await dashboard.stop();
  } finally {
    await cleanUp();
  }
}
