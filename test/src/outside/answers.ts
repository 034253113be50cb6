/** What `waypost --json` prints, by the names of the contract. A command prints some of them; a test reads those. */

export interface Answer {
  readonly account: AccountName;
  readonly device: DeviceName;
  readonly devices: readonly DeviceLine[];
  readonly limit: number;
  readonly error: { readonly code: string; readonly message: string; readonly retry: boolean };
  readonly state: string;
  readonly phase: string;
  readonly detail: string;
  readonly pending: number;
  readonly restored?: { readonly resent: readonly string[]; readonly deletedHere: readonly string[] };
  readonly pushed: number;
  readonly pulled: number;
  readonly rejected: readonly { readonly code: string }[];
  readonly choices: readonly string[];
  readonly elements: readonly ElementLine[];
  readonly id: string;
  readonly created: string;
  readonly parent: string | null;
  readonly outcome: string;
  readonly data: Item;
  readonly root: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  readonly conflicts: readonly ConflictLine[];
  readonly workspaces: readonly { readonly id: string; readonly name: string; readonly role: string }[];
  readonly current: string;
  readonly key: { readonly id: string; readonly secret: string };
  readonly versions: readonly VersionLine[];
  readonly team: { readonly id: string; readonly name: string; readonly role: string };
  readonly teams: readonly { readonly id: string; readonly name: string }[];
  readonly invitation: { readonly link: string };
  readonly members: readonly { readonly email: string; readonly role: string; readonly workspaceRole: string }[];
}

export interface WatchEvent {
  readonly event: string;
  readonly id: string;
  readonly name: string;
  readonly fields: readonly string[];
  readonly by: By;
  /** The state of sync, where the event is `status`. */
  readonly status?: { readonly phase: string };
  readonly phase?: string;
}

interface AccountName {
  readonly id: string;
  readonly email: string;
}

interface DeviceName {
  readonly id: string;
  readonly name: string;
}

interface By {
  readonly account: AccountName;
  readonly device: DeviceName;
}

interface DeviceLine extends DeviceName {
  readonly current: boolean;
}

interface ElementLine {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly parent: string | null;
}

interface ConflictLine {
  readonly id: string;
  readonly element: string;
  readonly type: string;
  readonly seen: string;
  readonly by: By;
  readonly fields: readonly {
    readonly path: string;
    readonly base: unknown;
    readonly mine: unknown;
    readonly theirs: unknown;
  }[];
}

interface VersionLine {
  readonly revision: number;
  readonly status: string;
}

/** As much of a collection's item as the tests read. */
interface Item {
  readonly name: string;
  readonly info: { readonly name: string; readonly description: string };
  readonly request: {
    readonly method: string;
    readonly header: readonly unknown[];
    readonly url: { readonly raw: string };
    readonly description: string;
  };
  readonly event: readonly { readonly script: { readonly exec: readonly string[] } }[];
}
