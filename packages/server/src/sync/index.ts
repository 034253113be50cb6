/** The sync core without HTTP, accounts and databases: for those who put it together in their own way. */
export { Acknowledgements } from './acknowledgements.ts';
export { ChunkMemory } from './chunk-memory.ts';
export { GroupCommitter } from './committer.ts';
export type { Conversation } from './conversation.ts';
export { encodeElement } from './delta.ts';
export { createFeed } from './feed.ts';
export { createLive, type Live } from './live.ts';
export { planChange } from './planner.ts';
export type { Accounts, Authentication, Chance, Clock, Frame, Hint, Mac, Nodes, Scheduler, Wire } from './ports.ts';
export { newLife, renewEpoch, sealCursor } from './rollback.ts';
export * from './store.ts';
export { createReads, type WorkspaceReads } from './workspace-reads.ts';
export { WorkspaceState } from './workspace-state.ts';
