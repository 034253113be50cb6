/**
 * Work that one tab of a browser does at a time. Where there are no Web Locks, a record in the home says who is at it, and
 * until when: that outlives a tab that was killed by a few seconds.
 */
import { WaypostError } from '@waypost/protocol';
import { browserChance } from './time-and-chance.ts';

const LEASE_MS = 6_000;
const RENEW_MS = 2_000;
const LOOK_AGAIN_MS = 50;
/** Whoever holds it does so for moments only; one that seals a lot takes longest. */
const WAIT_MS = 30_000;

export interface Lease {
  readonly holder: string;
  readonly until: number;
}

/** Swaps the record where the present one agrees; all within one transaction. */
export interface Leases {
  swap(next: Lease | null, ifPresent: (present: Lease | null) => boolean): Promise<boolean>;
}

export interface LockedBy {
  readonly name: string;
  readonly locks: LockManager | null;
  readonly leases: Leases;
}

export async function underLock<Result>(
  { name, locks, leases }: LockedBy,
  work: () => Promise<Result>,
): Promise<Result> {
  return locks === null ? underLease(leases, work) : locks.request(name, work);
}

async function underLease<Result>(leases: Leases, work: () => Promise<Result>): Promise<Result> {
  const holder = String(browserChance.number());
  const mine = (present: Lease | null): boolean => present?.holder === holder;
  const renewed = (): Lease => ({ holder, until: Date.now() + LEASE_MS });
  const free = (present: Lease | null): boolean => present === null || present.until < Date.now();
  const deadline = Date.now() + WAIT_MS;
  while (!(await leases.swap(renewed(), free))) {
    if (Date.now() > deadline)
      throw new WaypostError(
        'storage-failed',
        'Another tab of Waypost has been busy for too long: close it, then try again.',
      );
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  const renewing = setInterval(() => void leases.swap(renewed(), mine).catch(() => undefined), RENEW_MS);
  try {
    return await work();
  } finally {
    clearInterval(renewing);
    await leases.swap(null, mine);
  }
}
