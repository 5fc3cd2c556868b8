/** COPY … FROM STDIN in the binary format: the quickest way in, for rows that are not there yet. */
import { once } from 'node:events';
import type pg from 'pg';

/** What node-postgres' connection can do beside what its types tell. */
interface CopyingConnection extends pg.Connection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

function canCopy(connection: pg.Connection): connection is CopyingConnection {
  return 'sendCopyFromChunk' in connection && 'endCopyFrom' in connection && 'query' in connection;
}

/** Signature, flags, length of what follows the head (postgresql.org, COPY, binary format). */
const HEAD = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const END = Buffer.from([0xff, 0xff]);

/** One statement of a client: `client.query(copy)`, then `await copy.done`. */
export class CopyIn implements pg.Submittable {
  readonly done: Promise<void>;
  readonly #text: string;
  readonly #rows: Iterable<Buffer>;
  #resolve: () => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #over = false;

  /** `text`: COPY … FROM STDIN WITH (FORMAT binary); `rows`: whole rows as that format has them, in pieces of any size */
  constructor(text: string, rows: Iterable<Buffer>) {
    this.#text = text;
    this.#rows = rows;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: pg.Connection): void {
    if (canCopy(connection)) connection.query(this.#text);
    else this.#reject(new Error('This node-postgres cannot copy: install the version of package.json.'));
  }

  handleCopyInResponse(connection: pg.Connection): void {
    this.#send(connection).catch(this.#reject);
  }

  async #send(connection: pg.Connection): Promise<void> {
    if (!canCopy(connection)) return;
    connection.sendCopyFromChunk(HEAD);
    for (const piece of this.#rows) {
      connection.sendCopyFromChunk(piece);
      if (connection.stream.writableNeedDrain) {
        await Promise.race([once(connection.stream, 'drain'), this.done.catch(() => undefined)]);
      }
      if (this.#over) return;
    }
    connection.sendCopyFromChunk(END);
    connection.endCopyFrom();
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#over = true;
    this.#resolve();
  }

  handleError(error: unknown): void {
    this.#over = true;
    this.#reject(error);
  }
}
