import { Alert, Group, List, Select, type SelectProps, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import type { CustomerNameFragment } from "../../client/generated/graphql.ts";
import type { LinkWarningsQuery } from "../../client/index.ts";
import {
  useLinkCustomersMutation,
  useLinkWarningsQuery,
  useSearchQuery,
  useUnlinkCustomersMutation,
} from "../../client/react/index.ts";
import { useMay } from "../session/session.ts";
import { Failed } from "../states.tsx";
import { FormButton, FormModal } from "./form-modal.tsx";
import { outcomeOfOne } from "./outcome.ts";
import { useRefresh, useSubmission } from "./submission.ts";
import { SubmissionForm } from "./submission-form.tsx";

type Warning = LinkWarningsQuery["linkWarnings"][number];

interface WarningsProperties {
  /** Customers to link. The warnings cover their whole accounts. */
  readonly customerIds: readonly string[];
}

/** Shows what speaks against two customers being the same one. Renders nothing when nothing does. */
export function LinkWarnings({ customerIds }: WarningsProperties) {
  const { data, error, refetch } = useLinkWarningsQuery({ customerIds: [...customerIds] });
  if (error) return <Failed title="The customers could not be compared" error={error} onRetry={refetch} />;
  if (!data || data.linkWarnings.length === 0) return null;
  return (
    <Alert color="yellow" title="Are they the same customer?" role="status">
      <List size="sm" spacing={4}>
        {data.linkWarnings.map((warning) => (
          <List.Item key={`${warning.kind} ${warning.customers.map(({ id }) => id).join(" ")}`}>{sentenceOf(warning)}</List.Item>
        ))}
      </List>
    </Alert>
  );
}

function sentenceOf({ kind, customers }: Warning): string {
  const named = customers.map(({ name, backend }) => `${name} in ${backend.label}`).join(" and ");
  switch (kind) {
    case "SAME_BACKEND":
      return `These are in one backend, but an account usually has one customer in each: ${named}.`;
    case "DISSIMILAR":
      return `These have different names, and share no reference, phone number or e-mail address: ${named}.`;
    case "NOT_READ":
      return `This one cannot be read now, so it was not compared: ${named}.`;
  }
}

/** Offers this many customers. Typing more finds the others. */
const offered = 20;
/** Query.search takes no shorter text (see the schema). */
const shortest = 2;

interface SelectProperties extends Omit<SelectProps, "data" | "onChange" | "value"> {
  readonly value: string | null;
  readonly onChange: (id: string | null) => void;
  /** Ids that are left out. */
  readonly except: readonly string[];
}

/** Chooses a customer of any backend. Type a name, a reference, or another part of its record. */
function FoundCustomerSelect({ except, value, onChange, ...properties }: SelectProperties) {
  const [text, setText] = useState("");
  const [sought] = useDebouncedValue(text.trim(), 250);
  const [chosen, setChosen] = useState<CustomerNameFragment | null>(null);
  const searching = sought.length >= shortest;
  const { data, isFetching, isError } = useSearchQuery(
    { text: sought, types: ["CUSTOMER"], first: offered },
    { enabled: searching, placeholderData: keepPreviousData },
  );
  const nodes = searching ? (data?.search.edges.map(({ node }) => node) ?? []) : [];
  const found = nodes.filter((node) => node?.__typename === "Customer").filter(({ id }) => !except.includes(id));
  // The chosen customer stays an option, whatever is typed later.
  const customers = chosen && !found.some(({ id }) => id === chosen.id) ? [chosen, ...found] : found;
  return (
    <Select
      {...properties}
      value={value}
      data={customers.map(({ id, name, backend }) => ({ value: id, label: `${name} · ${backend.label}` }))}
      onChange={(id) => {
        setChosen(customers.find((customer) => customer.id === id) ?? null);
        onChange(id);
      }}
      searchable
      searchValue={text}
      onSearchChange={setText}
      // The gateway has filtered already.
      filter={({ options }) => options}
      clearable
      loading={isFetching}
      nothingFoundMessage={messageOf(searching, isError)}
      renderOption={({ option }) => {
        const customer = customers.find(({ id }) => id === option.value);
        return (
          <Group justify="space-between" gap="xs" flex={1} wrap="nowrap">
            <Text size="sm">{customer?.name}</Text>
            <Text size="xs" c="dimmed">
              {customer?.backend.label}
            </Text>
          </Group>
        );
      }}
    />
  );
}

function messageOf(searching: boolean, failed: boolean): string {
  if (!searching) return "Type at least two characters";
  return failed ? "The search failed" : "No customer found";
}

interface LinkProperties {
  readonly customer: CustomerNameFragment;
  readonly label: string;
  /** False: shows no button, but keeps an open form. (Its success may be why the button is gone.) Default: true. */
  readonly offered?: boolean;
}

/** Links a customer, with its whole account, to another one. Renders nothing for viewers who may not write. */
export function LinkButton({ customer, label, offered = true }: LinkProperties) {
  if (!useMay("write")) return null;
  return (
    <FormButton label={label} title={`Link ${customer.name}`} offered={offered}>
      {(close) => <Link customer={customer} onClose={close} />}
    </FormButton>
  );
}

interface FormProperties {
  readonly customer: CustomerNameFragment;
  readonly onClose: () => void;
}

function Link({ customer, onClose }: FormProperties) {
  const [other, setOther] = useState<string | null>(null);
  const submission = useSubmission(
    useLinkCustomersMutation({ ...useRefresh(), form: customer.id }),
    () => ({ input: { customerIds: [customer.id, other ?? ""] } }),
    ({ linkCustomers }) => outcomeOfOne(linkCustomers, customer.name),
  );
  const done = submission.outcome?.operation.status === "SUCCEEDED";
  return (
    <SubmissionForm submission={submission} submitLabel="Link" checkable={false} incomplete={other === null} onClose={onClose}>
      {!done && (
        <>
          <Text size="sm">
            Two customers that are linked are one account. Nothing changes in their backends. If the other one belongs to an
            account already, all of its customers are linked too.
          </Text>
          <FoundCustomerSelect
            label="Customer"
            description="A part of its name, e-mail address, phone number or reference"
            value={other}
            onChange={setOther}
            except={[customer.id]}
            disabled={submission.locked}
            data-autofocus
          />
          {other !== null && <LinkWarnings customerIds={[customer.id, other]} />}
        </>
      )}
    </SubmissionForm>
  );
}

interface UnlinkProperties {
  /** The customer that leaves its account; null = the form is closed. */
  readonly customer: CustomerNameFragment | null;
  readonly onClose: () => void;
}

/** Takes a customer out of its account. */
export function UnlinkModal({ customer, onClose }: UnlinkProperties) {
  return (
    <FormModal title={customer ? `Unlink ${customer.name}` : ""} opened={customer !== null} onClose={onClose}>
      {customer && <Unlink customer={customer} onClose={onClose} />}
    </FormModal>
  );
}

function Unlink({ customer, onClose }: FormProperties) {
  const submission = useSubmission(
    useUnlinkCustomersMutation({ ...useRefresh(), form: customer.id }),
    () => ({ input: { customerIds: [customer.id] } }),
    ({ unlinkCustomers }) => outcomeOfOne(unlinkCustomers, customer.name),
  );
  return (
    <SubmissionForm submission={submission} submitLabel="Unlink" submitColor="red" checkable={false} onClose={onClose}>
      <Text size="sm">
        The customer in {customer.backend.label} leaves the account. Nothing changes in its backend. An account of fewer than two
        customers is dissolved.
      </Text>
    </SubmissionForm>
  );
}
