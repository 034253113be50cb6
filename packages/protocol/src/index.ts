/** What both sides agree on. SPEC.md has the rules by number. */
export * from './change.ts';
export * from './codec.ts';
export * from './digest.ts';
export * from './element.ts';
export * from './errors.ts';
export * from './glance.ts';
export * from './groups.ts';
export * from './ids.ts';
export * from './json.ts';
export * from './judge.ts';
export * from './limits.ts';
export * from './merge-text.ts';
export * from './messages.ts';
export * from './order-key.ts';
export * from './plain-element.ts';
export * from './schema.ts';
export * from './sum.ts';
