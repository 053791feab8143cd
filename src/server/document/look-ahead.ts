import type { GraphQLResolveInfo } from "graphql";
import type { LookAhead } from "../../schema/index.ts";
import { remembered } from "../execution/execution.ts";
import { walkFields } from "../execution/selections.ts";

/** For resolvers: see Context of the schema. The result is kept with the field's plan, and so with its document. */
export const lookAhead: LookAhead = (info, work) => remembered(info, work, () => work(namesBelow(info), info));

/** The names of the selected fields, without those under directives: these may turn out not to be selected. */
function namesBelow({ fieldNodes, fragments }: GraphQLResolveInfo): ReadonlySet<string> {
  const names = new Set<string>();
  walkFields(fieldNodes, {
    fragments,
    includes: ({ directives }) => !directives?.length,
    field: ({ name }) => names.add(name.value),
  });
  return names;
}
