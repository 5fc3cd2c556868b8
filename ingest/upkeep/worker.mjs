import { register } from 'tsx/esm/api';

register();
await import('./in-thread.ts');
