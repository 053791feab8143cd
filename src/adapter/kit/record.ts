import { isNothing } from "./nothing.ts";

/** What a backend sent under one name, as it is understood; it may be absent or of any form. */
export type ReadField<T> = (sent: unknown) => T;

type Shape = Readonly<Record<string, ReadField<unknown>>>;
/** Members that were sent and are not understood; absent where there are none. A symbol: it is no member of the record. */
const unread = Symbol("not understood");
export interface Marked {
  readonly [unread]?: readonly string[];
}
type Fields<Readers extends Shape> = { readonly [Name in keyof Readers]: ReturnType<Readers[Name]> } & Marked;

export interface RecordReader<Row, Readers extends Shape> {
  /** The reader of each member. */
  readonly shape: Readers;
  readonly parse: (row: Row) => Fields<Readers>;
}

/**
 * Reads records member by member. `gather` puts what a record holds under each of the names into `found`, where they are all
 * undefined; default: what stands under exactly that name.
 *
 * A member that is there and of which its reader makes nothing is marked: see `notUnderstoodIn`.
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
      const fields: Record<string, unknown> & { [unread]?: readonly string[] } = { ...blank };
      gather?.(row, fields);
      const sent = gather ? fields : (row as Readonly<Record<string, unknown>>);
      let strange: string[] | null = null;
      for (const [name, read] of members) {
        const given = sent[name];
        const value = read(given);
        fields[name] = value;
        if (value === null ? !isNothing(given) : typeof value === "object" && isPartly(given, value)) {
          strange ??= [];
          strange.push(name);
        }
      }
      if (strange) fields[unread] = strange;
      return fields as Fields<Readers>;
    },
  };
}

/** Whether something was sent that is not in what was made of it, or not as it was sent. */
function isPartly(sent: unknown, value: object): boolean {
  if (value instanceof Date) return false;
  // Of an object in which nothing is as it is known, nothing is understood.
  if (!Array.isArray(value))
    return hasStrange(value) || (Object.values(value).every((each) => each === null) && !isNothing(sent));
  const sentItems = Array.isArray(sent) ? sent.filter((item) => !isNothing(item)).length : isNothing(sent) ? 0 : 1;
  return value.length < sentItems || value.some(hasStrange);
}

const hasStrange = (value: unknown): boolean => typeof value === "object" && value !== null && unread in value;

/**
 * For a record of the model: the members of the backend's record that are there and not understood, so that what would be made of them
 * is null or left to its default. Whoever reads the record is told of them, as are operators (adapter/contained.ts).
 *
 * @param others members that are understood by themselves only, with whether they are
 */
export function notUnderstoodIn(
  fields: Marked,
  others: Readonly<Record<string, boolean>> = {},
): { readonly notUnderstood?: readonly string[] } {
  const marked = fields[unread];
  let notUnderstood: string[] | null = marked === undefined ? null : [...marked];
  for (const name in others) {
    if (others[name] !== false || notUnderstood?.includes(name)) continue;
    notUnderstood ??= [];
    notUnderstood.push(name);
  }
  return notUnderstood === null ? allUnderstood : { notUnderstood };
}

const allUnderstood = Object.freeze({});
