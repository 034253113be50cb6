/** Where `waypost` begins. Compiled code is kept between runs: without that, half of a short command's time is compiling. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./process.ts');
