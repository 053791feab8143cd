import { Group, Stack, Title } from "@mantine/core";
import type { ReactNode } from "react";

interface Properties {
  readonly title: string;
  /** A link to the whole list, beside the title. */
  readonly more?: ReactNode;
  readonly children: ReactNode;
}

/** One kind of open work. */
export function Section({ title, more, children }: Properties) {
  return (
    <Stack gap="sm" component="section" aria-label={title}>
      <Group justify="space-between" gap="sm">
        <Title order={2} size="h4">
          {title}
        </Title>
        {more}
      </Group>
      {children}
    </Stack>
  );
}
