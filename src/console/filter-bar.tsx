import { Grid } from "@mantine/core";
import { Children, type ReactNode } from "react";

interface FilterBarProperties {
  /** What is searched, for screen readers. */
  readonly label: string;
  /** The text that is searched for, and on wide screens how many twelfths of the row it takes. */
  readonly search: ReactNode;
  readonly searchSpan: number;
  /** The other filters, a quarter of the row each. */
  readonly children: ReactNode;
}

/** The filters of a list: in a row, on a phone two and two below the search. */
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
