/** Before all tests, once: tests run beside each other, and two of them cannot both install a browser. */
import { chromiumPath } from './chromium.ts';

export default function setUp(): void {
  try {
    chromiumPath();
  } catch {
    // The tests that need one say what is missing.
  }
}
