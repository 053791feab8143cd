import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The console's page: built to dist/console, which the gateway serves at "/" (src/server/console.ts). */
export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "../../dist/console",
    // Vite asks for this when it empties a folder outside of its root.
    emptyOutDir: true,
    sourcemap: false,
    // Fonts and pictures stay files: the page's security policy lets nothing in from data: but images.
    assetsInlineLimit: 0,
  },
  // `npx vite src/console` shows changes at once; the gateway (npm start) answers.
  server: { host: "127.0.0.1", proxy: { "/graphql": "http://127.0.0.1:4000" } },
});
