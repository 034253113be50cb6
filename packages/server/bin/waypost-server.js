#!/usr/bin/env -S MALLOC_TRIM_THRESHOLD_=131072 node --max-semi-space-size=8
import { launch } from '../../../scripts/node24.mjs';
import { ENVIRONMENT, FLAGS } from './runtime.mjs';

await launch({
  bin: import.meta.url,
  main: new URL('../dist/main.js', import.meta.url).href,
  flags: FLAGS,
  environment: ENVIRONMENT,
});
