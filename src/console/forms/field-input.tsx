import {
  Group,
  type InputWrapperProps,
  MultiSelect,
  type MultiSelectProps,
  Select,
  type SelectProps,
  Switch,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import type { useForm } from "@mantine/form";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import type { CustomerSummaryFragment } from "../../client/generated/graphql.ts";
import { useCustomersQuery, usePlansQuery, useServicesQuery, useTaxesQuery } from "../../client/react/index.ts";
import { isolated } from "../format.ts";
import { emptyValue, type Field, type Values } from "./fields.ts";

/** Offers the entries of a backend's catalogue. A catalogue is small: this many entries are read. */
const offered = 100;

const unread = "They could not be loaded";

type OneProperties = Omit<SelectProps, "data"> & { readonly backend: string };

function ServiceSelect({ backend, ...properties }: OneProperties) {
  const { data, isPending, isError } = useServicesQuery({ backend, first: offered });
  return <CatalogueSelect {...properties} {...{ isPending, isError }} catalogue={data?.backend?.services} />;
}

function PlanSelect({ backend, ...properties }: OneProperties) {
  const { data, isPending, isError } = usePlansQuery({ backend, first: offered });
  return <CatalogueSelect {...properties} {...{ isPending, isError }} catalogue={data?.backend?.plans} />;
}

interface Loading {
  readonly isPending: boolean;
  readonly isError: boolean;
  readonly catalogue:
    | {
        readonly nodes: readonly { readonly id: string; readonly name: string }[];
        readonly unavailable: readonly { readonly message: string }[];
      }
    | null
    | undefined;
}

function CatalogueSelect({ isPending, isError, catalogue, value, ...properties }: Omit<SelectProps, "data"> & Loading) {
  const problem = isError ? unread : catalogue?.unavailable[0]?.message;
  return (
    <Select
      {...properties}
      value={value || null}
      data={(catalogue?.nodes ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      searchable
      clearable={!properties.withAsterisk}
      loading={isPending}
      nothingFoundMessage={problem ?? "None"}
    />
  );
}

function TaxSelect({ backend, ...properties }: Omit<MultiSelectProps, "data"> & { readonly backend: string }) {
  const { data, isPending, isError } = useTaxesQuery({ backends: [backend], first: offered, filter: { active: true } });
  const taxes = data?.taxes.nodes ?? [];
  const problem = isError ? unread : data?.taxes.unavailable[0]?.message;
  return (
    <MultiSelect
      {...properties}
      data={taxes.map(({ id, name, rate }) => ({ value: id, label: rate === null ? name : `${isolated(name)} (${rate} %)` }))}
      searchable
      clearable
      loading={isPending}
      nothingFoundMessage={problem ?? "None"}
    />
  );
}

/** Offers this many customers. Typing finds the others. */
const offeredCustomers = 20;

/** Chooses a customer of one backend. There may be thousands: type a part of the name. */
function CustomerSelect({ backend, value, ...properties }: Omit<SelectProps, "data"> & { readonly backend: string }) {
  const [text, setText] = useState("");
  const [sought] = useDebouncedValue(text.trim(), 250);
  const [chosen, setChosen] = useState<CustomerSummaryFragment | null>(null);
  const filter = { status: "ACTIVE", ...(sought !== "" && { search: sought }) } as const;
  const { data, isFetching, isError } = useCustomersQuery(
    { backends: [backend], first: offeredCustomers, filter },
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

interface Properties {
  readonly field: Field;
  readonly form: Pick<ReturnType<typeof useForm<Values>>, "getInputProps" | "values">;
  /** True: the value can be read, but not changed. */
  readonly locked: boolean;
  /** True: takes the focus when the form opens. */
  readonly first: boolean;
}

/** The input of one field, with its error. */
export function FieldInput({ field, form, locked, first }: Properties) {
  const { name, label, hint, control, required } = field;
  // A field that appeared later, with another backend, has no value yet.
  const value = form.values[name] ?? emptyValue(control);
  const common = {
    ...form.getInputProps(name),
    label,
    description: hint || undefined,
    withAsterisk: required,
    readOnly: locked,
    variant: locked ? "filled" : "default",
    // The description stands below, so that inputs side by side line up.
    inputWrapperOrder: ["label", "input", "description", "error"] satisfies InputWrapperProps["inputWrapperOrder"],
    "data-autofocus": first || undefined,
  };
  // The options of a list hang below its input. The error stands above it, and the list opens on click only.
  const listed = {
    openOnFocus: false,
    ...(common.error && {
      inputWrapperOrder: ["label", "error", "input", "description"] satisfies InputWrapperProps["inputWrapperOrder"],
    }),
  };
  const text = { ...common, value: String(value), autoComplete: "off" };
  const list = { ...common, value: Array.isArray(value) ? value : [] };
  switch (control.kind) {
    case "switch":
      return (
        <Switch
          {...form.getInputProps(name, { type: "checkbox" })}
          label={label}
          description={hint || undefined}
          disabled={locked}
          checked={value === true}
        />
      );
    case "choice":
      return <Select {...text} {...listed} value={text.value || null} data={[...control.options]} clearable={!required} />;
    case "choices":
      return <MultiSelect {...list} {...listed} data={[...control.options]} clearable searchable />;
    case "service":
      return <ServiceSelect backend={control.backend} {...text} {...listed} />;
    case "plan":
      return <PlanSelect backend={control.backend} {...text} {...listed} />;
    case "customer":
      return <CustomerSelect backend={control.backend} {...text} {...listed} />;
    case "taxes":
      return <TaxSelect backend={control.backend} {...list} {...listed} />;
    case "paragraph":
    case "lines":
      return <Textarea {...text} autosize minRows={2} maxRows={6} />;
    case "decimal":
      // A text input: amounts are exact decimals and never pass through floating point.
      return <TextInput {...text} inputMode="decimal" />;
    case "integer":
      return <TextInput {...text} inputMode="numeric" />;
    case "currency":
      return <TextInput {...text} maxLength={3} autoCapitalize="characters" />;
    case "date":
    case "email":
    case "text":
      return <TextInput {...text} type={control.kind} />;
  }
}
