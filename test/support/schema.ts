import { kindsOf, registry } from "../../src/adapters/index.ts";
import { schemaOf } from "../../src/schema/index.ts";

/** The schema as the gateway has it. */
export const schema = schemaOf(kindsOf(registry), { federation: true });
