import { Anchor, Table } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { CustomerDetailsFragment } from "../../client/index.ts";
import { addressLines, formatInstant } from "../format.ts";
import { Panel } from "../panel.tsx";

/** Shows the details of a customer. Leaves out what its backend does not keep. */
export function CustomerDetails({ customer }: { readonly customer: CustomerDetailsFragment }) {
  return (
    <Panel title="Details" gap="sm">
      <Table variant="vertical" withRowBorders={false} verticalSpacing={5} horizontalSpacing={0} layout="fixed">
        <Table.Tbody>
          {rowsOf(customer).map(
            ([label, value]) =>
              value && (
                <Table.Tr key={label}>
                  <Table.Th w={104} scope="row" bg="transparent" fw={500} c="dimmed" style={{ verticalAlign: "top" }}>
                    {label}
                  </Table.Th>
                  <Table.Td style={{ overflowWrap: "anywhere", whiteSpace: "pre-line" }}>{value}</Table.Td>
                </Table.Tr>
              ),
          )}
        </Table.Tbody>
      </Table>
    </Panel>
  );
}

function rowsOf(customer: CustomerDetailsFragment): readonly (readonly [label: string, value: ReactNode])[] {
  const { email, phone, parent, plan, createdAt, updatedAt, firstName, lastName } = customer;
  const person = [firstName, lastName].filter(Boolean).join(" ");
  return [
    ["Contact", person !== customer.name && person],
    [
      "E-mail",
      email && (
        <Anchor inherit href={`mailto:${email}`}>
          {email}
        </Anchor>
      ),
    ],
    [
      "Phone",
      phone && (
        <Anchor inherit href={`tel:${phone.replaceAll(" ", "")}`}>
          {phone}
        </Anchor>
      ),
    ],
    ["Address", customer.address && addressLines(customer.address)],
    ["Plan", plan?.name],
    [
      "Belongs to",
      parent && (
        <Anchor inherit component={Link} href={`/customers/${encodeURIComponent(parent.id)}`}>
          {parent.name}
        </Anchor>
      ),
    ],
    ["Reference", customer.reference],
    ["Currency", customer.currency],
    ["Backend ID", customer.backendId],
    ["Created", createdAt && formatInstant(createdAt)],
    ["Updated", updatedAt && formatInstant(updatedAt)],
  ];
}
