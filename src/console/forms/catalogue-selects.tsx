import { MultiSelect, type MultiSelectProps, Select, type SelectProps } from "@mantine/core";
import { usePlansQuery, useServicesQuery, useTaxesQuery } from "../../client/react/index.ts";

/** Offers the entries of a backend's catalogue. A catalogue is small: this many entries are read. */
const offered = 100;

const unread = "They could not be loaded";

type OneProperties = Omit<SelectProps, "data"> & { readonly backend: string };

export function ServiceSelect({ backend, ...properties }: OneProperties) {
  const { data, isPending, isError } = useServicesQuery({ backend, first: offered });
  return <CatalogueSelect {...properties} {...{ isPending, isError }} catalogue={data?.backend?.services} />;
}

export function PlanSelect({ backend, ...properties }: OneProperties) {
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

export function TaxSelect({ backend, ...properties }: Omit<MultiSelectProps, "data"> & { readonly backend: string }) {
  const { data, isPending, isError } = useTaxesQuery({ backends: [backend], first: offered, filter: { active: true } });
  const taxes = data?.taxes.nodes ?? [];
  const problem = isError ? unread : data?.taxes.unavailable[0]?.message;
  return (
    <MultiSelect
      {...properties}
      data={taxes.map(({ id, name, rate }) => ({ value: id, label: rate === null ? name : `${name} (${rate} %)` }))}
      searchable
      clearable
      loading={isPending}
      nothingFoundMessage={problem ?? "None"}
    />
  );
}
