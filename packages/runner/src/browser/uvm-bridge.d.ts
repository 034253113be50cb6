/** The host's half of the sandbox's bridge, which uvm uses itself and does not describe. */
declare module 'uvm/lib/bridge.js' {
  interface BridgeOptions {
    readonly bootCode: string;
    readonly bootTimeout: number;
    readonly _sandbox: {
      postMessage(data: unknown): void;
      on(name: string, listener: (data: unknown) => void): void;
      off(name: string, listener: (data: unknown) => void): void;
    };
  }
  export default function bridge(
    emitter: object,
    options: BridgeOptions,
    callback: (error: Error | null | undefined) => void,
  ): void;
}

declare module 'postman-sandbox/.cache/bootcode.browser.js' {
  export default function bootCode(callback: (error: Error | null, code: string) => void): void;
}
