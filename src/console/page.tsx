import { Card, Group, Stack, type StackProps, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";

interface PageProperties {
  /** The heading, also the title of the browser's tab. */
  readonly title: string;
  /** A sentence below the heading. */
  readonly description?: ReactNode;
  /** Buttons beside the heading. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A view: heading, actions and content. */
export function Page({ title, description, actions, children }: PageProperties) {
  useDocumentTitle(`${title} · Billing console`);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start" gap="md">
        <Stack gap={4} miw={0}>
          <Title order={1} size="h2" style={{ overflowWrap: "anywhere" }}>
            {title}
          </Title>
          {description && (
            <Text c="dimmed" size="sm" component="div">
              {description}
            </Text>
          )}
        </Stack>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}

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

/** Height of the header in pixels. Sticky elements stick below it. */
export const headerHeight = 56;

/** For tables that scroll sideways on narrow screens: lets the keyboard reach and scroll them (WCAG 2.2, 2.1.1). */
export const reachable = { viewportProps: { tabIndex: 0 } };
