import { Button, Card, Group, Pill, Text } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import type {
  BackendFormFragment,
  ChargeSpec,
  ChargeSummaryFragment,
  CustomerSummaryFragment,
  SubjectSummaryFragment,
} from "../../client/generated/graphql.ts";
import type { CurrencyCode } from "../../client/index.ts";
import { useCreateChargesMutation, useCustomersByIdQuery } from "../../client/react/index.ts";
import { formatMoney, isolated } from "../format.ts";
import { factsOf } from "../operations/operation-words.ts";
import { Page } from "../page.tsx";
import { Empty, Failed, Loading } from "../states.tsx";
import { useUrlState } from "../url.ts";
import { DraftContext } from "./drafts.ts";
import { RollBackSwitch } from "./fan-out.tsx";
import { useBackends } from "./lookups.ts";
import { outcomeOfSeveral } from "./outcome.ts";
import { chargeFor, newChargeFields } from "./record-fields.ts";
import { fieldsOfSeveral, inputForOne } from "./several-backends.ts";
import { useRefresh, useSubmission } from "./submission.ts";
import { type Filled, Rounds, SubmissionForm } from "./submission-form.tsx";

/** Charges several customers at once. The address names them: ?customer=…&customer=… */
export function BulkChargePage() {
  const ids = useUrlState().list("customer");
  // Removing one customer keeps what was typed.
  const { data, error, refetch } = useCustomersByIdQuery({ ids }, { enabled: ids.length > 0, placeholderData: keepPreviousData });
  const backends = useBackends();
  // Of those who were chosen first: who is removed later is still in the draft's name.
  const [draft] = useState(() => `charge ${ids.toSorted().join()}`);
  const customers = data?.nodes.filter((node) => node?.__typename === "Customer").filter(({ id }) => ids.includes(id)) ?? [];
  return (
    <Page title="New charges" description="The same charge for several customers, with one result for each.">
      {ids.length === 0 && <NobodyChosen />}
      {error && <Failed title="The customers could not be loaded" error={error} onRetry={refetch} />}
      {ids.length > 0 && !error && !(data && backends) && <Loading what="the customers" lines={4} />}
      {data && backends && customers.length === 0 && <NobodyChosen />}
      {data && backends && customers.length > 0 && (
        <DraftContext value={draft}>
          <Rounds>{(onAgain) => <BulkCharge customers={customers} backends={backends} onAgain={onAgain} />}</Rounds>
        </DraftContext>
      )}
    </Page>
  );
}

/** The amount from the backend; before that, the amount requested, or that the backend sets the price. */
function chargedText(
  subject: SubjectSummaryFragment | null,
  charge: Pick<ChargeSummaryFragment, "amount"> | null,
  currency: CurrencyCode | null,
): string {
  const isPriced = subject !== null && subject.amount === null;
  if (charge?.amount) return `${formatMoney(charge.amount)}${isPriced ? ", priced by the backend" : ""}`;
  if (subject === null) return "not known";
  if (isPriced) return "priced by the backend";
  const [amount = "not known"] = factsOf(subject, currency);
  return amount;
}

function NobodyChosen() {
  return (
    <Empty title="No customers selected">
      <Text size="sm" c="dimmed">
        Select them in the list of customers.
      </Text>
      <Button component={Link} href="/customers">
        To the customers
      </Button>
    </Empty>
  );
}

interface Properties {
  readonly customers: readonly CustomerSummaryFragment[];
  readonly backends: readonly BackendFormFragment[];
  readonly onAgain: () => void;
}

function BulkCharge({ customers, backends, onAgain }: Properties) {
  const url = useUrlState();
  const [rollsBack, setRollsBack] = useState(false);
  /** Set when the charges look like others and the person has confirmed them. */
  const [repeats, setRepeats] = useState(false);
  const [submitted, setSubmitted] = useState(customers);
  const involved = backends.filter(
    ({ key, capabilities }) => capabilities.includes("CHARGE_CREATE") && customers.some(({ backend }) => backend.key === key),
  );
  const canRollBack = customers.length > 1 && involved.every(({ capabilities }) => capabilities.includes("CHARGE_VOID"));
  const currencies = [...new Set(customers.map(({ currency }) => currency))].sort();
  const parts = involved.map((backend) => ({ ...backend, fields: newChargeFields(backend) }));
  const fields = fieldsOfSeveral(parts);
  const submission = useSubmission(
    useCreateChargesMutation(useRefresh()),
    ({ values, validateOnly, allowDuplicate }: Filled) => {
      setSubmitted(customers);
      const charges = customers.flatMap((customer): ChargeSpec[] => {
        const part = parts.find(({ key }) => key === customer.backend.key);
        return part ? [chargeFor(customer, part, inputForOne(part, parts, values))] : [];
      });
      const options = { validateOnly, allowDuplicate: allowDuplicate || repeats };
      return { input: { charges, ...(canRollBack && rollsBack && { onFailure: "ROLL_BACK" as const }), ...options } };
    },
    ({ createCharges }) =>
      outcomeOfSeveral(createCharges, ({ backend, subject, charge }, index) => {
        const customer = submitted[index];
        const id = customer?.id ?? subject?.customerId;
        return {
          title: customer?.name ?? subject?.customerName ?? "The customer",
          where: backend.label,
          amount: chargedText(subject, charge, customer?.currency ?? null),
          href: id ? `/customers/${encodeURIComponent(id)}` : undefined,
        };
      }),
  );
  return (
    <Card maw={760}>
      <SubmissionForm
        fields={fields}
        submission={submission}
        // With several charges, each error is shown in its row. With a single one, at the form's fields.
        fieldPrefix={customers.length === 1 ? ["input", "charges", "0"] : ["input"]}
        onRest={(places, allowDuplicate) => {
          setRepeats(allowDuplicate);
          url.set({ customer: places.flatMap((place) => submitted[place]?.id ?? []) });
        }}
        submitLabel={customers.length === 1 ? "Charge 1 customer" : `Charge ${customers.length} customers`}
        again={{ label: "Another charge", onClick: onAgain }}
        list="customers"
      >
        <Group gap="xs" role="group" aria-label="Customers to be charged">
          {customers.map(({ id, name, backend }) => (
            <Pill
              key={id}
              withRemoveButton={!submission.locked}
              onRemove={() => url.set({ customer: url.list("customer").filter((other) => other !== id) })}
              removeButtonProps={{ "aria-label": `Remove ${name}`, "aria-hidden": false, tabIndex: 0 }}
            >
              {isolated(name)} · {backend.label}
            </Pill>
          ))}
        </Group>
        <Text size="sm" {...(currencies.length > 1 ? { fw: 600 } : { c: "dimmed" })}>
          {currencies.length > 1
            ? `Each amount is in the customer’s own currency: ${currencies.join(", ")}.`
            : `Amounts are in ${currencies.join()}.`}
        </Text>
        {repeats && (
          <Text size="sm" fw={600}>
            These look like other charges. They are sent anyway.
          </Text>
        )}
        {canRollBack && <RollBackSwitch checked={rollsBack} onChange={setRollsBack} disabled={submission.locked} />}
      </SubmissionForm>
    </Card>
  );
}
