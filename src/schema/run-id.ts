import { invalidInput } from "../model/errors.ts";
import { decodeId } from "../model/id.ts";

/** The gateway's own id of a charge run. INVALID_INPUT at `field` for anything else. */
export function runIdOf(globalId: string, field: readonly string[]): string {
  const decoded = decodeId(globalId);
  if (decoded?.type !== "ChargeRun") throw invalidInput(field, "is not the id of a ChargeRun");
  return decoded.id;
}
