/**
 * Rows of answers that come again byte for byte are the same objects each time (connections/repeated-answers.ts). So what was made of one
 * of them can be given again, to several callers at the same time.
 */

const kept = new WeakSet<object>();

/** Records stand no deeper in an answer: `{ data: { customers: [row] } }`. */
const deepest = 4;

/** From now on what is made of the records in this answer is remembered, as long as the answer itself is. */
export function keepRows(json: unknown, depth = deepest): void {
  if (typeof json !== "object" || json === null || depth === 0) return;
  if (Array.isArray(json)) for (const item of json) keepRows(item, depth - 1);
  else {
    kept.add(json);
    for (const name in json) keepRows((json as Readonly<Record<string, unknown>>)[name], depth - 1);
  }
}

/**
 * The same pure function of a row, which gives again what it made of a row that is kept, with the same `basis`. Other rows cost it one
 * look-up: most are seen once.
 */
export function oncePerRow<Row extends object, Basis extends readonly unknown[], T>(
  make: (row: Row, ...basis: Basis) => T,
): (row: Row, ...basis: Basis) => T {
  const made = new WeakMap<Row, { readonly basis: Basis; readonly value: T }>();
  return (row, ...basis) => {
    if (!kept.has(row)) return make(row, ...basis);
    const known = made.get(row);
    if (known && basis.every((each, index) => each === known.basis[index])) return known.value;
    const value = make(row, ...basis);
    made.set(row, { basis, value });
    // A record that was read may be what another function makes something of.
    if (typeof value === "object" && value !== null) kept.add(value);
    return value;
  };
}
