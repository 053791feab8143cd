import { createSpotlight } from "@mantine/spotlight";

/** Whether the search over everything is open, and opening it: known to the button in the header before the search itself is. */
export const [searchStore, search] = createSpotlight();
