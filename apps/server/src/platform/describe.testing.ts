/** For tests only: asks a database what a statement gives, without running it (Parse and Describe of its protocol). */
import { type PGlite, protocol } from '@electric-sql/pglite';
import type pg from 'pg';

/** A column of a statement's rows. */
export interface Field {
  readonly name: string;
  /** The table that it comes from as it stands; 0 when it is computed. */
  readonly tableID: number;
  readonly columnID: number;
  readonly dataTypeID: number;
}

/** @throws what the database says against the statement */
export async function describeOnPglite(pglite: PGlite, text: string): Promise<readonly Field[]> {
  const { serialize } = protocol;
  const asked = [serialize.parse({ text }), serialize.describe({ type: 'S' }), serialize.sync()];
  const { messages } = await pglite.execProtocol(Buffer.concat(asked));
  const rows = messages.find(({ name }) => name === 'rowDescription');
  return rows && 'fields' in rows ? (rows.fields as Field[]) : [];
}

/** @throws what the database says against the statement */
export async function describeOnPostgres(client: pg.Client, text: string): Promise<readonly Field[]> {
  return await new Promise((resolve, reject) => {
    let fields: readonly Field[] = [];
    client.query({
      submit(connection: pg.Connection) {
        connection.parse({ name: '', text, types: [] }, true);
        connection.describe({ type: 'S', name: '' }, true);
        connection.sync();
      },
      handleRowDescription: (message: { fields: readonly Field[] }) => void (fields = message.fields),
      handleError: reject,
      handleReadyForQuery: () => resolve(fields),
    } as pg.Submittable);
  });
}
