/** Height of the header in pixels. Sticky elements stick below it. */
export const headerHeight = 56;
