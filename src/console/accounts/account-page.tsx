import { Card, Grid, Group, Stack, Tabs, Text, Title } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { AccountSummaryFragment } from "../../client/generated/graphql.ts";
import type { AccountQuery } from "../../client/index.ts";
import { useAccountQuery, useLinkCustomersMutation } from "../../client/react/index.ts";
import { BackendBadge } from "../badges.tsx";
import { AccountChargesSection } from "../charges/charges-section.tsx";
import { useCustomersFollowed } from "../customers/followed.ts";
import { formatInstant } from "../format.ts";
import { type Field, inputOf } from "../forms/fields.ts";
import { FormButton } from "../forms/form-modal.tsx";
import { LinkButton, LinkWarnings } from "../forms/link-forms.tsx";
import { outcomeOfOne } from "../forms/outcome.ts";
import { useRefresh, useSubmission } from "../forms/submission.ts";
import { type Filled, SubmissionForm } from "../forms/submission-form.tsx";
import { Page } from "../page.tsx";
import { useMay } from "../session/session.ts";
import { Empty, Failed, Loading } from "../states.tsx";
import { keysOf, knownOf, useUrlState } from "../url.ts";
import { AccountCustomers } from "./account-customers.tsx";
import { DriftSection } from "./drift-section.tsx";
import { OwedInTotal } from "./owed.tsx";
import { StatementSection } from "./statement-section.tsx";

const fields: readonly Field[] = [{ name: "name", label: "Name", control: { kind: "text" }, required: true, clearable: false }];

/** Renames an account. Renders nothing for viewers who may not write. */
function RenameAccountButton({ account }: { readonly account: AccountSummaryFragment }) {
  if (!useMay("write")) return null;
  return (
    <FormButton label="Rename" title={`Rename ${account.name}`}>
      {(close) => <RenameAccount account={account} onClose={close} />}
    </FormButton>
  );
}

interface Properties {
  readonly account: AccountSummaryFragment;
  readonly onClose: () => void;
}

/** Linking customers that are already linked changes the account's name only (schema: LinkCustomersInput.name). */
function RenameAccount({ account, onClose }: Properties) {
  const customerIds = account.customers.map(({ id }) => id);
  const submission = useSubmission(
    useLinkCustomersMutation({ ...useRefresh(), form: `name:${account.id}` }),
    ({ values }: Filled) => ({ input: { ...inputOf(fields, values), customerIds } }),
    ({ linkCustomers }) => outcomeOfOne(linkCustomers, account.name),
  );
  return (
    <SubmissionForm
      fields={fields}
      given={{ name: account.name }}
      changes
      submission={submission}
      submitLabel="Rename"
      checkable={false}
      onClose={onClose}
    >
      <Text size="sm">The gateway keeps this name. The customers’ names in their backends stay.</Text>
    </SubmissionForm>
  );
}

/** The chart library is larger than the rest of the page. It is loaded later, so that the name is shown first. */
const AccountChart = lazy(async () => ({ default: (await import("./account-chart.tsx")).AccountChart }));

/** Shows an account: its customers, what it owes, what it was charged, and where its records differ. */
export function AccountPage({ accountId }: { readonly accountId: string }) {
  const { data, error, refetch } = useAccountQuery({ id: accountId });
  if (data?.account) return <Account account={data.account} />;
  return (
    <Page title="Account">
      {error && <Failed title="The account could not be loaded" error={error} onRetry={refetch} />}
      {!data && !error && <Loading what="the account" lines={3} height={140} />}
      {data && (
        <Empty title="This account does not exist">
          <Text c="dimmed" size="sm">
            An account is dissolved when fewer than two customers are left in it.
          </Text>
        </Empty>
      )}
    </Page>
  );
}

type ShownAccount = NonNullable<AccountQuery["account"]>;

const views = { customers: "Customers", charges: "Charges", statement: "Statement" } as const;

function Account({ account }: { readonly account: ShownAccount }) {
  const { id, name, customers, balances, createdAt } = account;
  const url = useUrlState();
  const [view = "customers"] = knownOf(keysOf(views), [url.text("view")]);
  const [first] = customers;
  useCustomersFollowed(customers);
  return (
    <Page
      title={name}
      description={
        <Group gap="xs">
          {customers.map(({ id: customerId, backend }) => (
            <BackendBadge key={customerId} backend={backend} />
          ))}
          <Text inherit>Linked on {formatInstant(createdAt)}</Text>
        </Group>
      }
      actions={
        <>
          <RenameAccountButton account={account} />
          {first && <LinkButton customer={first} label="Link another customer" />}
        </>
      }
    >
      <Card component="section" aria-labelledby="amount-due">
        <Title order={2} size="h5" id="amount-due" fw={500} c="dimmed">
          Amount due in total
        </Title>
        <OwedInTotal balances={balances} />
      </Card>
      {/* Hidden views are not rendered: each of them queries the backends. */}
      <Tabs value={view} onChange={(chosen) => url.set({ view: chosen === "customers" ? null : chosen })} keepMounted={false}>
        <Tabs.List mb="lg" aria-label="Views of the account">
          {keysOf(views).map((each) => (
            <Tabs.Tab key={each} value={each}>
              {views[each]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="customers">
          <Grid gap="lg">
            <Grid.Col span={12}>
              <Stack gap="lg">
                <LinkWarnings customerIds={customers.map((customer) => customer.id)} />
                <AccountCustomers balances={balances} />
              </Stack>
            </Grid.Col>
            <Grid.Col span={12}>
              <DriftSection accountId={id} />
            </Grid.Col>
          </Grid>
        </Tabs.Panel>
        <Tabs.Panel value="charges">
          <Stack gap="lg">
            <Suspense fallback={<Loading what="the chart" lines={1} height={304} />}>
              <AccountChart accountId={id} />
            </Suspense>
            <AccountChargesSection accountId={id} />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="statement">
          <StatementSection accountId={id} accountName={name} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
