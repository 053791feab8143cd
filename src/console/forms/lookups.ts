import type { BackendFormFragment, CustomerSummaryFragment } from "../../client/generated/graphql.ts";
import { useBackendFormsQuery, useCustomersByIdQuery } from "../../client/react/index.ts";
import { useMay } from "../session/session.ts";

/** Data that forms need before they can be shown. */

/** All backends; undefined until they are loaded. All forms share one query. */
export function useBackends(): readonly BackendFormFragment[] | undefined {
  return useBackendFormsQuery({}, { staleTime: 60_000 }).data?.backends;
}

/** The backend of an object to be changed. Undefined until it is loaded, and for viewers who may not write. */
export function useBackendToChange(key: string | undefined): BackendFormFragment | undefined {
  const backend = useBackends()?.find((each) => each.key === key);
  return useMay("write") ? backend : undefined;
}

/** Undefined until it is loaded, and if there is no such customer. */
export function useCustomer(id: string): CustomerSummaryFragment | undefined {
  const found = useCustomersByIdQuery({ ids: [id] }).data?.nodes[0];
  return found?.__typename === "Customer" ? found : undefined;
}
