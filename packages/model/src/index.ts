/** What elements mean: kinds and their groups, the tree, variables, auth inheritance, secrets, and foreign formats. */
export * from './auth.ts';
export { importCurl, isCurl } from './formats/curl/import.ts';
export * from './formats/imported.ts';
export { type ExportedElement, exportAll, exportPostman } from './formats/postman/export.ts';
export { importPostman, type ImportOptions } from './formats/postman/import.ts';
export { arrayOf, isEnabled, itemsOf, objectOf, textOf, withValue } from './json-edit.ts';
export { isKind, type Kind, KINDS, labelOf, schemas } from './kinds/schemas.ts';
export { newElementData, type NewElement } from './new-element.ts';
export { type Edit, editContent, type Fresh, readPath } from './paths/edit.ts';
export { groupsAtPath, type GroupPath, pathsOfGroup, valueText } from './paths/of-group.ts';
export { pathsOf, pathsOfDifferences } from './paths/differences.ts';
export { type Assignment, parseAssignment, PathError } from './paths/path.ts';
export * from './secrets.ts';
export * from './tree.ts';
export { parseQuery, splitUrl } from './url.ts';
export * from './variables.ts';
export * from './versions/version-fields.ts';
export * from './versions/versions.ts';
