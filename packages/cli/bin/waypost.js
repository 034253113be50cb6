#!/usr/bin/env node
import { launch } from '../../../scripts/node24.mjs';

await launch({ bin: import.meta.url, main: new URL('../dist/main.js', import.meta.url).href });
