import { Anchor, Button, Group, Text } from "@mantine/core";
import { Link } from "wouter";
import type { CustomerProfileQuery } from "../../client/index.ts";
import { BackendBadge } from "../badges.tsx";
import { LinkButton } from "../forms/link-forms.tsx";
import { Panel } from "../panel.tsx";

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
