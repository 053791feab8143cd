import { Button, Group, Kbd, Text, VisuallyHidden } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { createSpotlight } from "@mantine/spotlight";
import { Icon } from "../icons.tsx";

/** State of the global search, in a file of its own: the header's button needs it before the search itself is loaded. */
export const [searchStore, search] = createSpotlight();

/** Apple's keyboards use another key. */
export const modifier = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl";

/** Opens the search, also by its shortcut, even while somebody types in a filter or a form. */
export function SearchButton() {
  useHotkeys([["mod + K", search.toggle]], []);
  return (
    <Button
      variant="default"
      px="sm"
      onClick={search.open}
      aria-keyshortcuts="Control+K Meta+K"
      leftSection={<Icon name="search" size={16} />}
      styles={{ section: { marginInlineEnd: 0 } }}
    >
      <VisuallyHidden>Search everything</VisuallyHidden>
      <Group gap={8} ml={8} wrap="nowrap" visibleFrom="sm" aria-hidden>
        <Text span inherit fw={400}>
          Search
        </Text>
        <Kbd size="xs">{modifier} K</Kbd>
      </Group>
    </Button>
  );
}
