/** Connections to PostgreSQL: numbers come as numbers, text as it was given, and what goes wrong as a sentence. */
import { Kysely, PostgresDialect, type PostgresPoolClient, type PostgresQueryResult } from 'kysely';
import pg from 'pg';
import { CopyIn } from './postgres-copy.ts';
import { explainPostgres, type PostgresPlace } from './postgres-errors.ts';
import { fromPostgres, toPostgres } from './postgres-text.ts';
import type { Tables } from './schema.ts';
import { StoreError } from './store-error.ts';

/** A server that has not answered by then is away, ms. */
const CONNECT_MS = 10_000;
/** How long a statement waits for another process's lock, ms. */
const LOCK_MS = 10_000;

const INT8 = 20;
const TEXT = 25;
const NUMERIC = 1700;

/** A parameter: an array of a whole column comes as bytes. */
export type Parameter = string | number | null | Buffer;

/** One connection: statements one after the other. */
export interface Connection {
  query<Row>(text: string, parameters?: readonly Parameter[]): Promise<Row[]>;
  /** the same, parsed by the server once a connection; for statements that come again and again */
  prepared<Row>(name: string, text: string, parameters: readonly Parameter[]): Promise<Row[]>;
  /** COPY … FROM STDIN WITH (FORMAT binary) */
  copy(text: string, rows: Iterable<Buffer>): Promise<void>;
}

export class PostgresPool {
  readonly #pool: pg.Pool;
  readonly #place: PostgresPlace;

  /** Nothing is connected before the first statement. `most`: connections at once. `idleMs`: a process that stops in a transaction gives way after this. */
  constructor(url: string, most: number, idleMs: number) {
    this.#place = placeOf(url);
    this.#pool = new pg.Pool({
      connectionString: url,
      max: most,
      application_name: 'headcount',
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
      lock_timeout: LOCK_MS,
      idle_in_transaction_session_timeout: idleMs,
      types: { getTypeParser: parserOf },
    });
    // a connection that breaks between two statements is met by the next one, which then says so
    this.#pool.on('error', () => undefined);
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw explainPostgres(error, this.#place);
    }
  }

  #statements(client: pg.PoolClient): Connection {
    const run = async <Row>(query: pg.QueryConfig): Promise<Row[]> => {
      try {
        const { rows } = await client.query(query);
        return rows;
      } catch (error) {
        throw explainPostgres(error, this.#place);
      }
    };
    const copy = async (text: string, rows: Iterable<Buffer>): Promise<void> => {
      try {
        await client.query(new CopyIn(text, rows)).done;
      } catch (error) {
        throw explainPostgres(error, this.#place);
      }
    };
    return {
      copy,
      query: (text, parameters = []) => run({ text, values: parameters.map(stored) }),
      prepared: (name, text, parameters) => run({ name, text, values: parameters.map(stored) }),
    };
  }

  /** Lends a connection out. */
  async with<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const client = await this.#connect();
    let broken = false;
    try {
      return await work(this.#statements(client));
    } catch (error) {
      broken = error instanceof StoreError;
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /** All of it or nothing. A connection on which something failed is closed, and the server rolls back. */
  transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.with(async (connection) => {
      await connection.query('BEGIN');
      let result: T;
      try {
        result = await work(connection);
      } catch (error) {
        await connection.query('ROLLBACK').catch(() => undefined);
        throw error;
      }
      await connection.query('COMMIT');
      return result;
    });
  }

  /** The same connections for Kysely; destroying it closes them. */
  kysely(): Kysely<Tables> {
    const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>();
    const connect = async (): Promise<PostgresPoolClient> => {
      const client = await this.#connect();
      const known = clients.get(client);
      if (known) return known;
      const place = this.#place;
      async function query<R>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
        try {
          const values = parameters.map(asParameter);
          const { command, rowCount, rows } = await client.query(text, values);
          return { command: asCommand(command), rowCount: rowCount ?? 0, rows };
        } catch (error) {
          throw explainPostgres(error, place);
        }
      }
      const lent = { query: query as PostgresPoolClient['query'], release: () => client.release() };
      clients.set(client, lent);
      return lent;
    };
    return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: { connect, end: () => this.end() } }) });
  }

  async end(): Promise<void> {
    await this.#pool.end();
  }
}

function stored(value: Parameter): Parameter {
  return typeof value === 'string' ? toPostgres(value) : value;
}

/** Without end in time is the end of what its integers reach. */
function asParameter(value: unknown): unknown {
  if (typeof value === 'string') return toPostgres(value);
  if (value === Number.POSITIVE_INFINITY) return '9223372036854775807';
  if (value === Number.NEGATIVE_INFINITY) return '-9223372036854775808';
  return value;
}

/** Sums and offsets stay far below what a number holds exactly. */
function parserOf(type: number): (text: string) => unknown {
  if (type === INT8 || type === NUMERIC) return Number;
  if (type === TEXT) return fromPostgres;
  return pg.types.getTypeParser(type);
}

function asCommand(command: string): PostgresQueryResult<unknown>['command'] {
  if (command === 'INSERT' || command === 'UPDATE' || command === 'DELETE' || command === 'MERGE') return command;
  return 'SELECT';
}

/** As node-postgres understands the URL, its defaults included. */
function placeOf(url: string): PostgresPlace {
  try {
    const { host, port, user, database } = new pg.Client({ connectionString: url });
    return { host, port, user: user ?? '', database: database ?? user ?? '' };
  } catch (error) {
    throw new StoreError(
      'A store was expected as postgres://USER:PASSWORD@HOST:PORT/DATABASE, and the URL given cannot be read: correct HEADCOUNT_STORE or --store.',
      error,
    );
  }
}
