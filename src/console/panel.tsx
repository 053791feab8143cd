import { Card, Group, Stack, type StackProps, Title } from "@mantine/core";
import type { ReactNode } from "react";

interface Properties extends Pick<StackProps, "gap" | "align"> {
  readonly title: string;
  /** Beside the title. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A part of a page with a title. */
export function Panel({ title, aside, gap = "md", align, children }: Properties) {
  const heading = (
    <Title order={2} size="h4">
      {title}
    </Title>
  );
  return (
    <Card component="section" aria-label={title}>
      <Stack gap={gap} {...(align && { align })}>
        {aside ? (
          <Group justify="space-between" align="baseline">
            {heading}
            {aside}
          </Group>
        ) : (
          heading
        )}
        {children}
      </Stack>
    </Card>
  );
}
