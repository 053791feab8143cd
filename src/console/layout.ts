/** Pixels of the bar above every view; what sticks to the top sticks below it. */
export const headerHeight = 56;
