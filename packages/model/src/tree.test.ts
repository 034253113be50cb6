import { describe, expect, it } from 'vitest';
import { KINDS, schemas } from './kinds/schemas.ts';
import { homeOf, mayStand, standingProblem } from './tree.ts';

describe('the tree', () => {
  it('has collections at the top, folders and requests in them, examples below requests', () => {
    const places = KINDS.map((kind) => [kind, [null, ...KINDS].filter((parent) => mayStand(kind, parent))]);
    expect(Object.fromEntries(places)).toEqual({
      collection: [null],
      folder: [null, 'collection', 'folder'],
      request: [null, 'collection', 'folder'],
      example: ['request'],
      environment: [null],
      globals: [null],
      'header-preset': [null],
      'history-entry': [null],
      'run-summary': [null],
      settings: [null],
    });
  });

  it('lets kinds of a newer version stand anywhere, so that their work survives', () => {
    expect([mayStand('socket', 'folder'), mayStand('message', 'socket'), mayStand('socket', null)]).toEqual([
      true,
      true,
      true,
    ]);
    expect(schemas('socket')).toMatchObject({ kind: 'socket', version: 0 });
  });

  it('says in a sentence why something may not stand there', () => {
    expect(standingProblem('example', null)).toBe('An example cannot stand at the top: it stands below a request.');
    expect(standingProblem('folder', 'request')).toBe(
      'A folder cannot stand below a request: it stands below a collection or a folder.',
    );
    expect(standingProblem('folder', 'folder')).toBeNull();
  });

  it('keeps presets, history and settings in the account and everything else in workspaces', () => {
    expect(KINDS.filter((kind) => homeOf(kind) === 'account')).toEqual(['header-preset', 'history-entry', 'settings']);
  });
});
