/** How a tab is saved. */
import type { ElementId } from '@waypost/protocol';

export interface SaveOptions {
  /** Where a new element shall stand. */
  readonly place?: ElementId;
  readonly closesTab?: boolean;
  /** A person said that it may be shared. */
  readonly sharesCredentials?: boolean;
}
