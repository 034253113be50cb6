/** The part of postman-collection that sending uses. What it ships as types is not wired up, and says `any` throughout. */
declare module 'postman-collection' {
  export interface VariableScope {
    readonly values: { toObject(excludeDisabled: boolean, caseSensitive: boolean): Record<string, unknown> };
    set(key: string, value: unknown): void;
    unset(key: string): void;
  }

  /** What has text in which names may stand. */
  interface Resolvable {
    toObjectResolved(scope: null, from: unknown[], options: { readonly ignoreOwnVariables: true }): unknown;
  }

  interface Url {
    toString(): string;
  }

  interface Request {
    url: Url;
    toJSON(): object;
  }

  interface Event {
    readonly script?: { isEmpty(): boolean; toSource(): string | undefined };
    parent(): { readonly name?: string } | undefined;
  }

  export interface Item extends Resolvable {
    readonly id: string;
    readonly name: string;
    request: Request;
    readonly events: { listeners(name: string, options: { readonly excludeDisabled: true }): Event[] };
    getPath(): string[];
    getAuth(): Resolvable | undefined;
    getProtocolProfileBehaviorResolved(): Record<string, unknown>;
  }

  interface ItemGroup {
    readonly items: { idx(index: number): Item | ItemGroup };
  }

  const sdk: {
    readonly Collection: new (definition: object) => ItemGroup;
    readonly ProxyConfigList: new (parent: object, configs: readonly object[]) => object;
    readonly CertificateList: new (parent: object, certificates: readonly object[]) => object;
    readonly Url: { parse(text: string): object };
    readonly VariableScope: new (definition: object) => VariableScope;
    readonly Request: new (definition: object) => Request;
    readonly Property: {
      replaceSubstitutions(text: string, from: unknown[]): string;
    };
  };
  export default sdk;
}
