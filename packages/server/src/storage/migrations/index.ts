/** Numbered, forward only. One that was released is never edited: the next one corrects it. */
import type { Dialect } from '../dialect.ts';
import { initial } from './0001-initial.ts';
import { teams } from './0002-teams.ts';
import { administration } from './0003-administration.ts';
import { apiKeys } from './0004-api-keys.ts';

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly statements: (dialect: Dialect) => readonly string[];
}

export const MIGRATIONS: readonly Migration[] = [
  { number: 1, name: 'initial', statements: initial },
  { number: 2, name: 'teams', statements: teams },
  { number: 3, name: 'administration', statements: administration },
  { number: 4, name: 'api-keys', statements: apiKeys },
];
