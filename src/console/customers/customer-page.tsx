import { Card, Grid, Group, Stack, Text, Title } from "@mantine/core";
import { lazy, Suspense, useEffect } from "react";
import type { CustomerDetailsFragment, CustomerProfileQuery } from "../../client/index.ts";
import { useCustomerProfileQuery } from "../../client/react/index.ts";
import { BackendBadge, CustomerStatusBadge } from "../badges.tsx";
import { ChargesSection } from "../charges/charges-section.tsx";
import { formatMoney } from "../format.ts";
import { NewChargeButton } from "../forms/charge-forms.tsx";
import { NewCreditButton } from "../forms/credit-forms.tsx";
import { ArchiveCustomerButton, EditCustomerButton } from "../forms/customer-forms.tsx";
import { Page } from "../page.tsx";
import { remember } from "../search/recent.ts";
import { Empty, Failed, Loading } from "../states.tsx";
import { CustomerAccount } from "./customer-account.tsx";
import { CustomerDetails } from "./customer-details.tsx";
import { CustomerTaxes } from "./customer-taxes.tsx";
import { useCustomersFollowed } from "./followed.ts";
import { KnownCustomer } from "./known-customer.tsx";

/** The chart library is larger than the rest of the page. It is loaded later, so that the name is shown first. */
const ChargesChart = lazy(async () => ({ default: (await import("../charges/charges-chart.tsx")).ChargesChart }));

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
