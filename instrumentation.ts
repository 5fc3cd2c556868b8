/** What the server of the pages does once, before the first request: Next.js asks for it by this name. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { offerLines } = await import('./app/_data/lines.ts');
  offerLines((path) => /^\/api\/(broadcasts\/[^/]+\/)?live$/.test(path));
}
