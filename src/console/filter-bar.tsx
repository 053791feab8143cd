import { Grid, MultiSelect, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { Children, type ReactNode, useState } from "react";
import { Icon } from "./icons.tsx";

interface FilterBarProperties {
  /** Label for screen readers: what the filters apply to. */
  readonly label: string;
  /** The search input, and its width in twelfths of the row on wide screens. */
  readonly search: ReactNode;
  readonly searchSpan: number;
  /** The other filters, a quarter of the row each. */
  readonly children: ReactNode;
}

/** The filters of a list: one row, or on a phone two columns below the search. */
export function FilterBar({ label, search, searchSpan, children }: FilterBarProperties) {
  return (
    <Grid gap="sm" role="search" aria-label={label}>
      <Grid.Col span={{ base: 12, sm: searchSpan }}>{search}</Grid.Col>
      {Children.map(children, (filter) => (
        <Grid.Col span={{ base: 6, sm: 3 }}>{filter}</Grid.Col>
      ))}
    </Grid>
  );
}

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

interface SearchInputProperties {
  readonly label: string;
  readonly value: string;
  /** Called a moment after the last key. */
  readonly onChange: (text: string) => void;
}

/** A search input. Shows each key at once, searches when the typing pauses. */
export function SearchInput({ label, value, onChange }: SearchInputProperties) {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  // Changed from outside: by a link, the back button, or a reset of the filters.
  if (value !== known) {
    setKnown(value);
    setText(value);
  }
  const search = useDebouncedCallback((sought: string) => {
    setKnown(sought);
    onChange(sought);
  }, 250);
  return (
    <TextInput
      type="search"
      label={label}
      value={text}
      leftSection={<Icon name="search" size={16} />}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        search(currentTarget.value.trim());
      }}
    />
  );
}
