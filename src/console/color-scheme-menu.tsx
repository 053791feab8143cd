import { ActionIcon, type MantineColorScheme, Menu, useMantineColorScheme } from "@mantine/core";
import { Icon, type IconName } from "./icons.tsx";

const schemes: Readonly<Record<MantineColorScheme, readonly [label: string, icon: IconName]>> = {
  auto: ["Same as system", "system"],
  light: ["Light", "sun"],
  dark: ["Dark", "moon"],
};

/** Chooses light, dark, or the system's setting. The browser remembers it. */
export function ColorSchemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`Colour scheme: ${schemes[colorScheme][0]}`}>
          <Icon name={schemes[colorScheme][1]} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup value={colorScheme} onChange={(scheme) => setColorScheme(scheme as MantineColorScheme)}>
          {Object.entries(schemes).map(([scheme, [label]]) => (
            <Menu.RadioItem key={scheme} value={scheme}>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
