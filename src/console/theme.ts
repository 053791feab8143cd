import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

/** A blue that white text can be read on from its sixth shade on (WCAG 2.2 AA: 4.5 to 1). */
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

/** Looks are Mantine's own; this only settles the colour, the corners, and what every component of a kind shares. */
export const theme = createTheme({
  primaryColor: "billing",
  primaryShade: 6,
  colors: { billing },
  // Text on filled buttons and badges turns black or white, whichever can be read.
  autoContrast: true,
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  fontFamily: "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif",
  headings: { fontWeight: "650" },
  components: {
    Badge: {
      defaultProps: { variant: "light", tt: "none", fw: 500 },
      // A long word is never cut: it goes on in the next line.
      styles: {
        root: { height: "auto", minHeight: "var(--badge-height)", lineHeight: 1.3 },
        label: { whiteSpace: "normal", overflow: "visible", overflowWrap: "anywhere" },
      },
    },
    // On the page's own ground, as the heads of tables in it are, which stick to the top.
    Card: { defaultProps: { withBorder: true, padding: "lg", bg: "var(--mantine-color-body)" } },
    Anchor: { defaultProps: { underline: "hover" } },
    NavLink: { styles: { root: { borderRadius: "var(--mantine-radius-md)" } } },
  },
});

const badgeColors = ["green", "teal", "yellow", "orange", "red", "blue", "gray", "grape"];

/** Some of Mantine's own text colours are below the contrast that WCAG 2.2 AA asks for: a shade darker, or lighter in the dark. */
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
