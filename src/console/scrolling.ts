/** Of a table that scrolls sideways on narrow screens: the keyboard reaches it, and arrows scroll it (WCAG 2.2, 2.1.1). */
export const reachable = { viewportProps: { tabIndex: 0 } };
