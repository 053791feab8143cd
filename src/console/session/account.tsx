import { Badge, Button, Group, Popover, Stack, Text } from "@mantine/core";
import { Icon } from "../icons.tsx";
import { useMay, useViewer } from "./session.ts";

/** Shows who is signed in and what they may do, and signs out. Renders nothing when the gateway asks for no key. */
export function Account() {
  const { name, scopes, signOut } = useViewer();
  const changes = useMay("write");
  if (signOut === null) return null;
  return (
    <>
      {!changes && (
        <Badge color="gray" visibleFrom="sm">
          Read only
        </Badge>
      )}
      <Popover position="bottom-end" width={240} trapFocus returnFocus>
        <Popover.Target>
          <Button variant="subtle" color="gray" px="xs" aria-label={`Signed in as ${name}`}>
            <Icon name="account" />
            <Text inherit span truncate maw={200} ml={8} visibleFrom="sm">
              {name}
            </Text>
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <Stack gap="sm">
            <Stack gap={4}>
              <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
                {name}
              </Text>
              <Text size="xs" c="dimmed">
                {changes ? "This key grants" : "This key grants reading only"}
              </Text>
              <Group gap={4}>
                {scopes.map((scope) => (
                  <Badge key={scope} size="sm" color="gray">
                    {scope}
                  </Badge>
                ))}
              </Group>
            </Stack>
            <Button variant="default" size="xs" fullWidth onClick={signOut}>
              Sign out
            </Button>
          </Stack>
        </Popover.Dropdown>
      </Popover>
    </>
  );
}
