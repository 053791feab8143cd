import { Anchor, Button, Table, Text, VisuallyHidden } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import type { AccountBalanceDetailsFragment, CustomerContactFragment, CustomerNameFragment } from "../../client/index.ts";
import { useCustomerContactsQuery } from "../../client/react/index.ts";
import { Amount } from "../amount.tsx";
import { BackendBadge, CustomerStatusBadge } from "../badges.tsx";
import { explain } from "../explanation.ts";
import { UnlinkModal } from "../forms/link-forms.tsx";
import { Panel, reachable } from "../page.tsx";
import { useMay } from "../session/session.ts";

interface AccountCustomersProperties {
  readonly balances: readonly AccountBalanceDetailsFragment[];
}

/** Lists the customers of an account, one row each. */
export function AccountCustomers({ balances }: AccountCustomersProperties) {
  const changes = useMay("write");
  const [leaving, setLeaving] = useState<CustomerNameFragment | null>(null);
  return (
    <Panel title="Customers">
      <Table.ScrollContainer minWidth={620} scrollAreaProps={reachable}>
        <Table aria-label="Customers of the account" verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Backend</Table.Th>
              <Table.Th scope="col">Name</Table.Th>
              <Table.Th scope="col">Reference</Table.Th>
              <Table.Th scope="col">Status</Table.Th>
              <Table.Th scope="col" ta="right">
                Amount due
              </Table.Th>
              {changes && (
                <Table.Th scope="col">
                  <VisuallyHidden>Actions</VisuallyHidden>
                </Table.Th>
              )}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {balances.map((balance) => (
              <Row key={balance.customer.id} balance={balance} {...(changes && { onUnlink: setLeaving })} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <UnlinkModal customer={leaving} onClose={() => setLeaving(null)} />
    </Panel>
  );
}

interface RowProperties {
  readonly balance: AccountBalanceDetailsFragment;
  /** Absent for viewers who may not write. */
  readonly onUnlink?: (customer: CustomerNameFragment) => void;
}

/** Each row queries its own customer: a backend that is down leaves the other rows whole. */
function Row({ balance, onUnlink }: RowProperties) {
  const { customer, amountDue, failure } = balance;
  const { data, error } = useCustomerContactsQuery({ ids: [customer.id] });
  const [found] = data?.nodes ?? [];
  return (
    <Table.Tr>
      <Table.Td>
        <BackendBadge backend={customer.backend} />
      </Table.Td>
      <Table.Th scope="row" fw={500}>
        <Anchor component={Link} href={`/customers/${encodeURIComponent(customer.id)}`} size="sm">
          {customer.name}
        </Anchor>
      </Table.Th>
      {found?.__typename === "Customer" ? (
        <Known customer={found} />
      ) : (
        <Table.Td colSpan={2}>
          <Text size="sm" c="dimmed">
            {error ? explain(error) : data ? "It no longer exists in its backend." : "Loading the customer…"}
          </Text>
        </Table.Td>
      )}
      <Table.Td ta="right">{failure ? <Missing message={failure.message} /> : <Amount money={amountDue} />}</Table.Td>
      {onUnlink && (
        <Table.Td ta="right">
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`Unlink ${customer.name} in ${customer.backend.label}`}
            onClick={() => onUnlink(customer)}
          >
            Unlink
          </Button>
        </Table.Td>
      )}
    </Table.Tr>
  );
}

function Known({ customer: { reference, status } }: { readonly customer: CustomerContactFragment }) {
  return (
    <>
      <Table.Td style={{ overflowWrap: "anywhere" }}>
        <Text size="sm">{reference ?? "—"}</Text>
      </Table.Td>
      <Table.Td>
        <CustomerStatusBadge status={status} />
      </Table.Td>
    </>
  );
}

function Missing({ message }: { readonly message: string }) {
  return (
    <Text size="sm" c="dimmed" title={message}>
      not known
    </Text>
  );
}
