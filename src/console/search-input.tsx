import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useState } from "react";
import { Icon } from "./icons.tsx";

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
