/** What sending needs of Node: the engine that does HTTP. */
export { createEngine, type EngineOptions } from './engine.ts';
