import { Grid } from "@mantine/core";
import { Children, type ReactNode } from "react";

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
