/** For tables that scroll sideways on narrow screens: lets the keyboard reach and scroll them (WCAG 2.2, 2.1.1). */
export const reachable = { viewportProps: { tabIndex: 0 } };
