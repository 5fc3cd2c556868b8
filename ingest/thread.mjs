/** Brings TypeScript to a thread of its own, which runs the module that is its argument. */
import { register } from 'tsx/esm/api';

register();
await import(process.argv[2]);
