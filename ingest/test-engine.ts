/** For tests: an engine that reads live and keeps its state, and what of it a test says otherwise. */
import { Engine, type EngineOptions } from './engine.ts';
import { MemoryStore } from './memory-store.ts';

export function testEngine(options: Pick<EngineOptions, 'now'> & Partial<EngineOptions>): Engine {
  return new Engine({
    store: new MemoryStore(),
    source: 'test',
    slices: 1,
    takeLate: false,
    keepState: true,
    finalOnly: false,
    defaultHeartbeatMs: 0,
    breakdowns: [],
    deadLetter: async () => {},
    isDemo: () => false,
    admit: async () => {},
    rev: null,
    onRecord: null,
    ...options,
  });
}
