import { Group, Select, type SelectProps, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import type { CustomerNameFragment } from "../../client/generated/graphql.ts";
import { useSearchQuery } from "../../client/react/index.ts";

/** As many as are looked through; typing more finds the others. */
const offered = 20;
/** Schema: Query.search takes no less. */
const shortest = 2;

interface Properties extends Omit<SelectProps, "data" | "onChange" | "value"> {
  readonly value: string | null;
  readonly onChange: (id: string | null) => void;
  /** Ids that are not offered. */
  readonly except: readonly string[];
}

/** A customer of any backend, found by typing a part of what is known of it. */
export function FoundCustomerSelect({ except, value, onChange, ...properties }: Properties) {
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
  // What is chosen stays an option, whatever is typed afterwards.
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
      // The gateway has searched already.
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
  return failed ? "They cannot be searched at the moment" : "No customer has this";
}
