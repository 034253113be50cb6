/**
 * Properties try the same cases in every run, so that a change is judged by what it changed. A search for new cases is a
 * run of its own, with `WAYPOST_PROPERTY_RUNS` set to a large number.
 */
import fc from 'fast-check';

if (process.env['WAYPOST_PROPERTY_RUNS'] === undefined) fc.configureGlobal({ seed: 2026 });
