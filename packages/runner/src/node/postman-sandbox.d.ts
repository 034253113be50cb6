/** The part of postman-sandbox that the process for scripts uses. */
declare module 'postman-sandbox' {
  type Listener = (...args: readonly unknown[]) => void;

  export interface SandboxContext {
    on(event: string, listener: Listener): unknown;
    off(event: string, listener: Listener): unknown;
    dispatch(event: string, ...args: readonly unknown[]): void;
  }

  const sandbox: {
    createContext(options: object, done: (error: Error | null, context: SandboxContext) => void): void;
  };
  export default sandbox;
}
