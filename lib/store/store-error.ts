/** The store cannot do what it was asked: one sentence for people, with what the database said as its cause. */
export class StoreError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = 'StoreError';
  }
}
