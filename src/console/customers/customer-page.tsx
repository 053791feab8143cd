import { Anchor, Button, Card, Grid, Group, Stack, Table, Text, Title } from "@mantine/core";
import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { Link } from "wouter";
import type { CustomerDetailsFragment, CustomerProfileQuery } from "../../client/index.ts";
import { useCustomerProfileQuery, useKnownCustomerQuery } from "../../client/react/index.ts";
import { BackendBadge, CustomerStatusBadge } from "../badges.tsx";
import { ChargesSection } from "../charges/charges-section.tsx";
import { addressLines, formatAge, formatInstant, formatMoney, useNow } from "../format.ts";
import { NewChargeButton, NewCreditButton } from "../forms/charge-forms.tsx";
import { ArchiveCustomerButton, EditCustomerButton } from "../forms/customer-forms.tsx";
import { LinkButton } from "../forms/link-forms.tsx";
import { Page, Panel } from "../page.tsx";
import { remember } from "../search/found.ts";
import { Empty, Failed, Loading } from "../states.tsx";
import { CustomerTaxes } from "./customer-taxes.tsx";
import { useCustomersFollowed } from "./followed.ts";

interface CustomerAccountProperties {
  readonly customer: NonNullable<CustomerProfileQuery["customer"]>;
}

/** Shows the account that links this customer with others, or offers to link it. */
export function CustomerAccount({ customer }: CustomerAccountProperties) {
  const { account } = customer;
  return (
    <Panel title="Account" gap="sm" align="flex-start">
      {account ? (
        <>
          <Anchor component={Link} href={`/accounts/${encodeURIComponent(account.id)}`} fw={500}>
            {account.name}
          </Anchor>
          <Group gap={4}>
            {account.customers.map(({ id, backend }) => (
              <BackendBadge key={id} backend={backend} />
            ))}
          </Group>
        </>
      ) : (
        <Text size="sm">Not linked with a customer of another backend.</Text>
      )}
      <Group gap="xs">
        <LinkButton customer={customer} label="Link…" offered={!account} />
        {!account && (
          <Button variant="subtle" component={Link} href={`/suggestions?${new URLSearchParams({ customer: customer.id })}`}>
            Suggestions for this customer
          </Button>
        )}
      </Group>
    </Panel>
  );
}

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

/**
 * Shows what the directory knows of a customer whose backend does not answer, and how old that is. Renders nothing when it knows
 * nothing.
 */
export function KnownCustomer({ customerId }: { readonly customerId: string }) {
  const { data } = useKnownCustomerQuery({ id: customerId });
  const now = useNow();
  const known = data?.knownCustomer;
  if (!known) return null;
  const { name, backend, status, readAt, email, phone, reference, backendId, postalCode, city, country } = known;
  const person = [known.firstName, known.lastName].filter(Boolean).join(" ");
  const rows = [
    ["Contact", person === name ? "" : person],
    ["E-mail", email],
    ["Phone", phone],
    ["Reference", reference],
    ["Place", [postalCode, city, country].filter(Boolean).join(" ")],
    [`ID in ${backend.label}`, backendId],
  ] as const;
  return (
    <Panel title={name} gap="sm">
      <Group gap="xs">
        <CustomerStatusBadge status={status} />
        <BackendBadge backend={backend} />
      </Group>
      <Text size="sm" c="dimmed">
        {readAt === null
          ? "From the gateway’s directory."
          : `What the gateway knew of it ${formatAge(readAt, now)} (${formatInstant(readAt)}). It may have changed since. The directory keeps no amounts due.`}
      </Text>
      <Table variant="vertical" withRowBorders={false} verticalSpacing={5} horizontalSpacing={0} layout="fixed">
        <Table.Tbody>
          {rows.map(
            ([label, value]) =>
              value && (
                <Table.Tr key={label}>
                  <Table.Th w={120} scope="row" bg="transparent" fw={500} c="dimmed" style={{ verticalAlign: "top" }}>
                    {label}
                  </Table.Th>
                  <Table.Td style={{ overflowWrap: "anywhere" }}>{value}</Table.Td>
                </Table.Tr>
              ),
          )}
        </Table.Tbody>
      </Table>
    </Panel>
  );
}

/** The chart library is larger than the rest of the page. It is loaded later, so that the name is shown first. */
const ChargesChart = lazy(async () => ({ default: (await import("../charges/month-bars.tsx")).ChargesChart }));

/** Shows a customer: details, amount due, charges and taxes. */
export function CustomerPage({ customerId }: { readonly customerId: string }) {
  const { data, error, refetch } = useCustomerProfileQuery({ id: customerId });
  if (data?.customer) return <Customer customer={data.customer} />;
  return (
    <Page title="Customer">
      {error && <Failed title="The customer could not be loaded" error={error} onRetry={refetch} />}
      {error && <KnownCustomer customerId={customerId} />}
      {!data && !error && <Loading what="the customer" lines={3} height={140} />}
      {data && (
        <Empty title="This customer does not exist">
          <Text c="dimmed" size="sm">
            It may have been deleted in its backend.
          </Text>
        </Empty>
      )}
    </Page>
  );
}

function Customer({ customer }: { readonly customer: NonNullable<CustomerProfileQuery["customer"]> }) {
  const { id, name, status, backend } = customer;
  const href = `/customers/${encodeURIComponent(id)}`;
  useEffect(
    () => remember({ key: id, label: name, description: "", backends: [backend.label], href }),
    [id, name, backend.label, href],
  );
  useCustomersFollowed([customer]);
  return (
    <Page
      title={name}
      description={
        <Group gap="xs">
          <CustomerStatusBadge status={status} />
          <BackendBadge backend={backend} />
        </Group>
      }
      actions={
        <>
          <EditCustomerButton customerId={id} />
          <ArchiveCustomerButton customerId={id} />
          <NewCreditButton customerId={id} />
          <NewChargeButton customerId={id} />
        </>
      }
    >
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 8 }} order={{ base: 2, lg: 1 }}>
          <Stack gap="lg">
            <Suspense fallback={<Loading what="the chart" lines={1} height={304} />}>
              <ChargesChart customerId={id} backend={backend.key} />
            </Suspense>
            <ChargesSection customerId={id} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }} order={{ base: 1, lg: 2 }}>
          <Stack gap="lg">
            <AmountDue customer={customer} />
            <CustomerAccount customer={customer} />
            <CustomerDetails customer={customer} />
            <CustomerTaxes customerId={id} backend={backend.key} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

function AmountDue({ customer: { amountDue, backend } }: { readonly customer: CustomerDetailsFragment }) {
  return (
    <Card component="section" aria-labelledby="amount-due">
      <Title order={2} size="h5" id="amount-due" fw={500} c="dimmed">
        Amount due
      </Title>
      {amountDue ? (
        <Text fz={30} fw={650} lh={1.3} style={{ fontVariantNumeric: "tabular-nums" }}>
          {formatMoney(amountDue)}
        </Text>
      ) : (
        <Text size="sm">{backend.label} keeps no balance.</Text>
      )}
    </Card>
  );
}
