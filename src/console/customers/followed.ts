import { useDocumentVisibility } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useCustomerChanges } from "../../client/react/index.ts";

/**
 * Refreshes the customers shown when one of them changes in its backend. Listens only while the tab is visible: a browser has few
 * connections for all of its tabs, and a hidden tab refreshes when it is shown again.
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
