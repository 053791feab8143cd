import { MultiSelect } from "@mantine/core";

interface BackendSelectProperties {
  readonly backends: readonly { readonly key: string; readonly label: string }[];
  /** Keys; none means all. */
  readonly value: string[];
  readonly onChange: (keys: string[]) => void;
}

/** Which backends a list is asked of. */
export function BackendSelect({ backends, value, onChange }: BackendSelectProperties) {
  const data = backends.map(({ key, label }) => ({ value: key, label }));
  return (
    <MultiSelect
      label="Backends"
      placeholder={value.length === 0 ? "All" : ""}
      data={data}
      // An address may name one that is not configured (any more): shown under its key, so that it can be removed.
      value={value}
      onChange={onChange}
    />
  );
}
