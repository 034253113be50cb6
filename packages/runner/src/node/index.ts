/** What sending needs of Node: the engine that does HTTP, and a process for scripts. */
export { createEngine, type EngineOptions } from './engine.ts';
export { ScriptProcess, type ScriptProcessOptions } from './script-process.ts';
