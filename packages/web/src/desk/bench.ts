/** One workspace as it lies on the desk: its elements, the drafts over them, and the tabs they are open in. */
import type { Device } from '@waypost/client';
import type { WorkspaceId } from '@waypost/protocol';
import type { DeviceId } from '@waypost/protocol';
import { Drafts } from './drafts.ts';
import { Elements } from './elements.ts';
import { Tabs } from './tabs.ts';

export interface BenchOptions {
  readonly device: Device;
  readonly workspace: WorkspaceId;
  readonly me: DeviceId;
  readonly channel: string;
}

export class Bench {
  readonly workspace: WorkspaceId;
  readonly device: Device;
  readonly elements: Elements;
  readonly drafts: Drafts;
  readonly tabs: Tabs;

  private constructor(device: Device, workspace: WorkspaceId, parts: Pick<Bench, 'elements' | 'drafts' | 'tabs'>) {
    this.device = device;
    this.workspace = workspace;
    this.elements = parts.elements;
    this.drafts = parts.drafts;
    this.tabs = parts.tabs;
  }

  static async open({ device, workspace, me, channel }: BenchOptions): Promise<Bench> {
    const elements = new Elements(device, workspace);
    const [drafts, tabs] = await Promise.all([
      Drafts.open({ device, workspace, elements, me, channel: `${channel}/${workspace}` }),
      Tabs.open(device, workspace),
    ]);
    return new Bench(device, workspace, { elements, drafts, tabs });
  }

  close(): void {
    this.drafts.close();
    this.elements.close();
  }
}
