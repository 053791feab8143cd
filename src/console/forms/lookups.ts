import type { BackendFormFragment, CustomerSummaryFragment } from "../../client/generated/graphql.ts";
import { useBackendFormsQuery, useCustomersByIdQuery } from "../../client/react/index.ts";
import { useMay } from "../session/viewer.ts";

/** What forms have to know before they can be shown. */

/** Undefined until they are known. All forms share one reading of what the backends can do. */
export function useBackends(): readonly BackendFormFragment[] | undefined {
  return useBackendFormsQuery({}, { staleTime: 60_000 }).data?.backends;
}

/** A backend that something is to be changed in. Undefined until it is known, and for those who may only look. */
export function useBackendToChange(key: string | undefined): BackendFormFragment | undefined {
  const backend = useBackends()?.find((each) => each.key === key);
  return useMay("write") ? backend : undefined;
}

/** Undefined until it is known, and where there is none. */
export function useCustomer(id: string): CustomerSummaryFragment | undefined {
  const found = useCustomersByIdQuery({ ids: [id] }).data?.nodes[0];
  return found?.__typename === "Customer" ? found : undefined;
}
