import { isNothing } from "./reading.ts";

/** Decodes one field, which may be absent or of any form. */
export type ReadField<T> = (sent: unknown) => T;

type Shape = Readonly<Record<string, ReadField<unknown>>>;
/** The members that were sent and are not understood; absent where there are none. A symbol, as it is not a member of the record. */
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
 * Decodes records member by member. `gather` writes the record's values into `found`, under the shape's names; default: the members of exactly
 * these names. A member that is there and decodes to null is marked, see `notUnderstoodIn`.
 *
 * A query decodes hundreds of records. zod, which checks the settings, makes an object for every member and takes several times as long. Results
 * are copies of one blank record, so that all have the same hidden class.
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

/** Whether a part of the sent value is missing in the decoded one, or not understood. */
function isPartly(sent: unknown, value: object): boolean {
  if (value instanceof Date) return false;
  // An object without any known member is not understood.
  if (!Array.isArray(value))
    return hasStrange(value) || (Object.values(value).every((each) => each === null) && !isNothing(sent));
  const sentItems = Array.isArray(sent) ? sent.filter((item) => !isNothing(item)).length : isNothing(sent) ? 0 : 1;
  return value.length < sentItems || value.some(hasStrange);
}

const hasStrange = (value: unknown): boolean => typeof value === "object" && value !== null && unread in value;

/**
 * `notUnderstood` for a record of the model: the members of the backend's record that are there but not understood, so that the model has null
 * or a default. Readers of the record see them, and operators get a report (adapter/contained.ts).
 *
 * @param others further members by name, and whether each is understood
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
