/** Brings TypeScript to a thread of its own, which fetches. */
import { register } from 'tsx/esm/api';

register();
await import('./fetch.ts');
