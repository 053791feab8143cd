import {
  ActionIcon,
  type CSSVariablesResolver,
  createTheme,
  type MantineColorScheme,
  type MantineColorsTuple,
  Menu,
  useMantineColorScheme,
} from "@mantine/core";
import { Icon, type IconName } from "./icons.tsx";

/** A blue whose shades from the sixth on carry white text (WCAG 2.2 AA: 4.5 to 1). */
const billing: MantineColorsTuple = [
  "#eef3ff",
  "#dce4f5",
  "#b9c7e2",
  "#94a8d0",
  "#748dc1",
  "#5f7cb8",
  "#4263ae",
  "#36529a",
  "#2d4889",
  "#213c78",
];

/** Mantine's looks. Sets only colour, corners, and what all components of a kind share. */
export const theme = createTheme({
  primaryColor: "billing",
  primaryShade: 6,
  colors: { billing },
  // Text on filled buttons and badges is black or white, whichever has more contrast.
  autoContrast: true,
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  fontFamily: "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif",
  headings: { fontWeight: "650" },
  components: {
    Badge: {
      defaultProps: { variant: "light", tt: "none", fw: 500 },
      // Long words wrap and are never cut.
      styles: {
        root: { height: "auto", minHeight: "var(--badge-height)", lineHeight: 1.3 },
        label: { whiteSpace: "normal", overflow: "visible", overflowWrap: "anywhere" },
      },
    },
    Pill: {
      styles: {
        root: { height: "auto", lineHeight: 1.6 },
        label: { whiteSpace: "normal", overflow: "visible", overflowWrap: "anywhere" },
      },
    },
    // The page's own background, as sticky table heads in a card have it as well.
    Card: { defaultProps: { withBorder: true, padding: "lg", bg: "var(--mantine-color-body)" } },
    Anchor: { defaultProps: { underline: "hover" } },
    NavLink: { styles: { root: { borderRadius: "var(--mantine-radius-md)" } } },
  },
});

const badgeColors = ["green", "teal", "yellow", "orange", "red", "blue", "gray", "grape"];

/**
 * Some of Mantine's text colours have less contrast than WCAG 2.2 AA asks for: makes them a shade darker, or lighter in the dark.
 */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "var(--mantine-color-gray-7)",
    "--mantine-color-placeholder": "var(--mantine-color-gray-7)",
    "--mantine-color-error": "var(--mantine-color-red-9)",
    ...Object.fromEntries(
      badgeColors.map((color) => [
        `--mantine-color-${color}-light-color`,
        `color-mix(in srgb, var(--mantine-color-${color}-9), black 30%)`,
      ]),
    ),
  },
  dark: {
    "--mantine-color-dimmed": "var(--mantine-color-dark-1)",
    "--mantine-color-placeholder": "var(--mantine-color-dark-2)",
    "--mantine-color-error": "var(--mantine-color-red-4)",
    "--mantine-color-anchor": "var(--mantine-color-billing-2)",
  },
});

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
