import type { BackendDetailsFragment, CustomerSummaryFragment } from "../../client/generated/graphql.ts";
import { useBackendsQuery, useCustomersByIdQuery } from "../../client/react/index.ts";

/** What forms have to know before they can be shown. */

/** Undefined until they are known. All forms share one reading of what the backends can do. */
export function useBackends(): readonly BackendDetailsFragment[] | undefined {
  return useBackendsQuery({}, { staleTime: 60_000 }).data?.backends;
}

export function useBackend(key: string | undefined): BackendDetailsFragment | undefined {
  return useBackends()?.find((backend) => backend.key === key);
}

/** Undefined until it is known, and where there is none. */
export function useCustomer(id: string): CustomerSummaryFragment | undefined {
  const found = useCustomersByIdQuery({ ids: [id] }).data?.nodes[0];
  return found?.__typename === "Customer" ? found : undefined;
}
