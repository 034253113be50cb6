export declare function buildApp(
  root: string,
  build: (web: string, folder: string) => Promise<void>,
): Promise<boolean>;
