import { useDocumentVisibility } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useCustomerChanges } from "../../client/react/index.ts";

/**
 * What is shown of these customers is asked for anew when one of them changes in its backend. Only while somebody looks: a browser
 * has few connections for all of its tabs, and what changed behind a hidden one is asked for anew when it is shown again.
 */
export function useCustomersFollowed(customers: readonly { readonly id: string }[]): void {
  const queries = useQueryClient();
  const visible = useDocumentVisibility() === "visible";
  useCustomerChanges({
    enabled: visible,
    onChange: ({ nodeId }) => {
      if (customers.some(({ id }) => id === nodeId)) void queries.invalidateQueries();
    },
  });
}
