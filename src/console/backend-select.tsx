import { MultiSelect } from "@mantine/core";

interface BackendSelectProperties {
  readonly backends: readonly { readonly key: string; readonly label: string }[];
  /** Backend keys; none means all. */
  readonly value: string[];
  readonly onChange: (keys: string[]) => void;
}

/** Chooses the backends that a list reads. */
export function BackendSelect({ backends, value, onChange }: BackendSelectProperties) {
  const data = backends.map(({ key, label }) => ({ value: key, label }));
  return (
    <MultiSelect
      label="Backends"
      placeholder={value.length === 0 ? "All" : ""}
      data={data}
      // An address may name a backend that is not configured (any more). It is shown by its key, so that it can be removed.
      value={value}
      onChange={onChange}
    />
  );
}
