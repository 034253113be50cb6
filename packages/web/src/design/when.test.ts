import { describe, expect, it } from 'vitest';
import { agoText, dayHeading } from './when.ts';

const NOW = new Date(2026, 4, 20, 15, 0).getTime();
const HOUR = 3_600_000;

describe('a time', () => {
  it('is said as people say it', () => {
    const ago = [0, 0.5, 3, 30, 24 * 5, 24 * 30, 24 * 400].map((hours) => agoText(NOW - hours * HOUR, NOW));
    expect(ago).toEqual([
      'just now',
      '30 minutes ago',
      '3 hours ago',
      'yesterday',
      '5 days ago',
      '20 April',
      '15 April 2025',
    ]);
    const days = [0, 16, 24 * 3, 24 * 30].map((hours) => dayHeading(NOW - hours * HOUR, NOW));
    expect(days).toEqual(['Today', 'Yesterday', 'Sunday', '20 April']);
  });
});
