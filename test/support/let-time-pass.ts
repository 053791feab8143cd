import { sql } from "kysely";
import type { Store } from "../../src/journal/store.ts";

/** For unknown outcomes: by then none of their requests can be in flight, and their effects have had time to show. */
export async function letTimePass({ engine }: Pick<Store, "engine">): Promise<void> {
  await sql`update steps set settles_at = '2000-01-01T00:00:00.000Z' where status = 'UNKNOWN'`.execute(engine.database);
}
