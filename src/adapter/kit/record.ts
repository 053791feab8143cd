/** What a backend sent under one name, as it is understood; it may be absent or of any form. */
export type ReadField<T> = (sent: unknown) => T;

type Shape = Readonly<Record<string, ReadField<unknown>>>;
type Fields<Readers extends Shape> = { readonly [Name in keyof Readers]: ReturnType<Readers[Name]> };

export interface RecordReader<Row, Readers extends Shape> {
  /** The reader of each member. */
  readonly shape: Readers;
  readonly parse: (row: Row) => Fields<Readers>;
}

/**
 * Reads records member by member. `gather` puts what a record holds under each of the names into `found`, where they are all
 * undefined; default: what stands under exactly that name.
 *
 * Adapters read hundreds of records for a query, and each member leniently. zod, which checks what is read once (settings), makes
 * an object of every member for that and takes several times as long. Results are copies of one blank record, so that all of
 * them have the same hidden class.
 */
export function recordReader<Readers extends Shape, Row = Readonly<Record<string, unknown>>>(
  shape: Readers,
  gather?: (row: Row, found: Record<string, unknown>) => void,
): RecordReader<Row, Readers> {
  const members = Object.entries(shape);
  const blank = Object.fromEntries(members.map(([name]) => [name, undefined as unknown]));
  return {
    shape,
    parse: (row) => {
      const fields = { ...blank };
      gather?.(row, fields);
      const sent = gather ? fields : (row as Readonly<Record<string, unknown>>);
      for (const [name, read] of members) fields[name] = read(sent[name]);
      return fields as Fields<Readers>;
    },
  };
}
