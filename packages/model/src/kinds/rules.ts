/** The building blocks that the kinds' schemas are made of. */
import { type GroupRule, type JsonNode, memberOf, type RowsRule, type ValueRule } from '@waypost/protocol';
import { textOf } from '../json-edit.ts';
import { deriveRaw, targetRule } from './url-groups.ts';

/** Long text, merged by line. */
export function text(path: string): ValueRule {
  return { rule: 'value', path, way: 'text' };
}

/** Rows of which several may have one key. */
export function rows(path: string): RowsRule {
  return { rule: 'rows', path, key: 'key', unique: false, text: null, derive: null };
}

/** Rows of which there is one for each key: two devices that add the same key mean the same row. */
export function variables(path: string): RowsRule {
  return { ...rows(path), unique: true };
}

/** Scripts: one row for each moment it listens to. */
export function scripts(path: string): RowsRule {
  return { rule: 'rows', path, key: 'listen', unique: true, text: 'script.exec', derive: null };
}

/** A request's groups, where the request stands at `prefix` in the data. */
export function requestRules(prefix: string): GroupRule[] {
  return [
    targetRule(prefix),
    rows(`${prefix}.header`),
    { ...rows(`${prefix}.url.query`), derive: deriveRaw(prefix) },
    variables(`${prefix}.url.variable`),
    rows(`${prefix}.body.urlencoded`),
    rows(`${prefix}.body.formdata`),
    text(`${prefix}.body.raw`),
    text(`${prefix}.body.graphql.query`),
    text(`${prefix}.body.graphql.variables`),
    text(`${prefix}.description`),
  ];
}

export function requestContainers(prefix: string): string[] {
  return [prefix, `${prefix}.url`, `${prefix}.body`, `${prefix}.body.graphql`, `${prefix}.body.options`];
}

/** The member as a line of text, empty where there is none. */
export function labelText(data: JsonNode, member: string): string {
  return textOf(memberOf(data, member)) ?? '';
}
