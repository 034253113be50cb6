/** How fast a device may push: far above what people and imports do, far below what would starve others. */
import type { DeviceId } from '@waypost/protocol';
import type { Clock } from './ports.ts';

const CHANGES_PER_SECOND = 2_000;
const CHANGES_BURST = 20_000;
/** Beyond, those that were quiet longest begin with a full budget again. */
const DEVICES_MAX = 10_000;

interface Account {
  left: number;
  at: number;
}

export class ChangeBudget {
  readonly #clock: Clock;
  readonly #devices = new Map<DeviceId, Account>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether so many changes may be pushed now. */
  take(device: DeviceId, changes: number): boolean {
    const now = this.#clock.now();
    const known = this.#devices.get(device);
    this.#devices.delete(device);
    const account = known ?? { left: CHANGES_BURST, at: now };
    this.#devices.set(device, account);
    // A clock that was set back refills nothing and takes nothing away.
    const elapsedMs = Math.max(0, now - account.at);
    account.left = Math.min(CHANGES_BURST, account.left + (elapsedMs * CHANGES_PER_SECOND) / 1000);
    account.at = now;
    for (const [quietest] of this.#devices) {
      if (this.#devices.size <= DEVICES_MAX) break;
      this.#devices.delete(quietest);
    }
    if (account.left < changes) return false;
    account.left -= changes;
    return true;
  }
}
