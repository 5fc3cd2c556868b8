/** How often something usually happens, per listener and second: a slow mean that bursts do not move much. */

const HALF_LIFE_S = 120;
/** What a slow mean keeps of itself each second. */
export const LEVEL_KEEP = 0.5 ** (1 / HALF_LIFE_S);
/** How many listener-seconds the starting value is worth. */
const START_WEIGHT = 6_000;

export class Level {
  #events: number;
  #exposure: number;

  /** `start`: events per listener and second where nothing has been seen yet; `weight`: how many listener-seconds it is worth */
  constructor(start: number, weight = START_WEIGHT) {
    this.#events = start * weight;
    this.#exposure = weight;
  }

  /** Events per listener and second. */
  get rate(): number {
    return this.#events / this.#exposure;
  }

  /** One second in which `count` events happened to `listeners`; what is far above the usual counts as little above it. */
  learn(count: number, listeners: number): void {
    const usual = this.rate * listeners;
    const most = usual + 3 * Math.sqrt(usual) + 1;
    this.#events = this.#events * LEVEL_KEEP + Math.min(count, most);
    this.#exposure = this.#exposure * LEVEL_KEEP + listeners;
  }

  /** As `learn(0, listeners)`. */
  rest(listeners: number): void {
    this.#events *= LEVEL_KEEP;
    this.#exposure = this.#exposure * LEVEL_KEEP + listeners;
  }
}
