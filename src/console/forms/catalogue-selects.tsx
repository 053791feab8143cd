import { MultiSelect, type MultiSelectProps, Select, type SelectProps } from "@mantine/core";
import { usePlansQuery, useServicesQuery, useTaxesQuery } from "../../client/react/index.ts";

/** Choices from a backend's own catalogue. A catalogue has few entries; so many are offered. */
const offered = 100;

type OneProperties = Omit<SelectProps, "data"> & { readonly backend: string };

export function ServiceSelect({ backend, ...properties }: OneProperties) {
  const { data, isPending, isError } = useServicesQuery({ backend, first: offered });
  const services = data?.backend?.services.nodes ?? [];
  return <CatalogueSelect {...properties} {...{ isPending, isError }} entries={services} />;
}

export function PlanSelect({ backend, ...properties }: OneProperties) {
  const { data, isPending, isError } = usePlansQuery({ backend, first: offered });
  const plans = data?.backend?.plans.nodes ?? [];
  return <CatalogueSelect {...properties} {...{ isPending, isError }} entries={plans} />;
}

interface Loading {
  readonly isPending: boolean;
  readonly isError: boolean;
  readonly entries: readonly { readonly id: string; readonly name: string }[];
}

function CatalogueSelect({ isPending, isError, entries, value, ...properties }: Omit<SelectProps, "data"> & Loading) {
  return (
    <Select
      {...properties}
      value={value || null}
      data={entries.map(({ id, name }) => ({ value: id, label: name }))}
      searchable
      clearable={!properties.withAsterisk}
      loading={isPending}
      nothingFoundMessage={isError ? "They cannot be read at the moment" : "None"}
    />
  );
}

export function TaxSelect({ backend, ...properties }: Omit<MultiSelectProps, "data"> & { readonly backend: string }) {
  const { data, isPending, isError } = useTaxesQuery({ backends: [backend], first: offered, filter: { active: true } });
  const taxes = data?.taxes.nodes ?? [];
  return (
    <MultiSelect
      {...properties}
      data={taxes.map(({ id, name, rate }) => ({ value: id, label: rate === null ? name : `${name} (${rate} %)` }))}
      searchable
      clearable
      loading={isPending}
      nothingFoundMessage={isError ? "They cannot be read at the moment" : "None"}
    />
  );
}
