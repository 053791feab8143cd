import { Group, Select, type SelectProps, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import type { CustomerSummaryFragment } from "../../client/generated/graphql.ts";
import { useCustomersQuery } from "../../client/react/index.ts";

/** Offers this many customers. Typing finds the others. */
const offered = 20;

/** Chooses a customer of one backend. There may be thousands: type a part of the name. */
export function CustomerSelect({ backend, value, ...properties }: Omit<SelectProps, "data"> & { readonly backend: string }) {
  const [text, setText] = useState("");
  const [sought] = useDebouncedValue(text.trim(), 250);
  const [chosen, setChosen] = useState<CustomerSummaryFragment | null>(null);
  const filter = { status: "ACTIVE", ...(sought !== "" && { search: sought }) } as const;
  const { data, isFetching, isError } = useCustomersQuery(
    { backends: [backend], first: offered, filter },
    { placeholderData: keepPreviousData },
  );
  const found = data?.customers.nodes ?? [];
  // The chosen customer stays an option, whatever is typed later.
  const customers = chosen && !found.some(({ id }) => id === chosen.id) ? [chosen, ...found] : found;
  const failed = isError || (data?.customers.unavailable.length ?? 0) > 0;
  return (
    <Select
      {...properties}
      value={value || null}
      data={customers.map(({ id, name }) => ({ value: id, label: name }))}
      onChange={(id, option) => {
        setChosen(customers.find((customer) => customer.id === id) ?? null);
        properties.onChange?.(id, option);
      }}
      searchable
      searchValue={text}
      onSearchChange={setText}
      // The gateway has filtered already.
      filter={({ options }) => options}
      clearable
      loading={isFetching}
      nothingFoundMessage={failed ? "They could not be loaded" : "No customer’s name contains this"}
      renderOption={({ option }) => (
        <Group justify="space-between" gap="xs" flex={1} wrap="nowrap">
          <Text size="sm">{option.label}</Text>
          <Text size="xs" c="dimmed">
            {customers.find(({ id }) => id === option.value)?.backendId}
          </Text>
        </Group>
      )}
    />
  );
}
