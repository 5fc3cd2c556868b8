/** Properties try the same cases every time, so that a failure is the change's; PROPERTY_SEED=random (or a number) tries others. */
import fc from 'fast-check';

const asked = process.env.PROPERTY_SEED ?? '20230524';
if (asked !== 'random') fc.configureGlobal({ seed: Number(asked) });
