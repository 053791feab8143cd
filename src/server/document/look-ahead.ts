import type { GraphQLResolveInfo } from "graphql";
import type { LookAhead } from "../../schema/index.ts";
import { remembered } from "../execution/execution.ts";
import { walkFields } from "../execution/selections.ts";

/** For resolvers: see Context of the schema. What comes of it is kept with the field's plan, and so with its document. */
export const lookAhead: LookAhead = (info, work) => remembered(info, work, () => work(namesBelow(info), info));

/** Of the fields that are asked for; not those under conditions, which may not be asked for after all. */
function namesBelow({ fieldNodes, fragments }: GraphQLResolveInfo): ReadonlySet<string> {
  const names = new Set<string>();
  walkFields(fieldNodes, {
    fragments,
    includes: ({ directives }) => !directives?.length,
    field: ({ name }) => names.add(name.value),
  });
  return names;
}
