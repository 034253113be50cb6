import react from '@vitejs/plugin-react';
import tailwindcss from '@tailwindcss/vite';
import { defaultClientConditions, defineConfig } from 'vite';

/** The app is built from the sources of the other packages, so that it needs no other build before it. */
export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { conditions: ['waypost-source', ...defaultClientConditions] },
  build: { target: 'es2024', sourcemap: false, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
