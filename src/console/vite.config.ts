import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Builds the console to dist/console, which the gateway serves at "/" (src/server/pages.ts). */
export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "../../dist/console",
    // Vite requires this to empty a folder outside of its root.
    emptyOutDir: true,
    sourcemap: false,
    // Fonts stay files: the page's security policy allows data: for images only.
    assetsInlineLimit: 0,
  },
  // `npx vite src/console` shows changes at once. The gateway (npm start) answers its queries.
  server: { host: "127.0.0.1", proxy: { "/graphql": "http://127.0.0.1:4000" } },
});
