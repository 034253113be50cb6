/** The part of postman-collection that sending uses. What it ships as types is not wired up, and says `any` throughout. */
declare module 'postman-collection' {
  const sdk: {
    readonly Collection: new (definition: object) => object;
    readonly ProxyConfigList: new (parent: object, configs: readonly object[]) => object;
    readonly CertificateList: new (parent: object, certificates: readonly object[]) => object;
  };
  export default sdk;
}
