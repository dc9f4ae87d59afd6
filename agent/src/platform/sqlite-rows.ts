import { DatabaseSync } from "node:sqlite";

export type SqliteValue = null | number | bigint | string | Uint8Array;

/** The database of a tool while it is open; nothing is ever written to it. */
export interface SqliteReader {
  /** The rows of a query, one at a time. Throws when the database is damaged or has no such table. */
  readonly rows: (query: string) => Iterable<Readonly<Record<string, SqliteValue>>>;
}

/** Hands a tool's SQLite file to `read` and closes it afterwards. Throws what SQLite throws, such as for a file that is no database. */
export function readSqlite<T>(path: string, read: (database: SqliteReader) => T): T {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return read({ rows: (query) => database.prepare(query).iterate() });
  } finally {
    database.close();
  }
}
