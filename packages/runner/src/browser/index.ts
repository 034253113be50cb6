/** Sending and scripts where the only thing there is is a browser. */
export { DirectSender, type DirectSenderOptions } from './direct-sender.ts';
export { MachineSender, type MachineSenderOptions } from './machine-sender.ts';
export { RemoteSender, type RemoteSenderOptions } from './remote-sender.ts';
export { openSandboxFrame, type SandboxWorker } from './sandbox-frame.ts';
