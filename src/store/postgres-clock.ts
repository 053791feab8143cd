/** PostgreSQL's clock now, not at the transaction's start, in the store's form: RFC 3339, milliseconds, UTC. */
export const storeNow = postgresClock("clock_timestamp()");

/** @param moment an expression of type timestamptz */
export function postgresClock(moment: string): string {
  return `to_char(${moment} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
