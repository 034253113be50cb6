/** One workspace as it lies on the desk: its elements, the drafts over them, and the tabs they are open in. */
import type { Device } from '@waypost/client';
import type { DeviceId, WorkspaceId } from '@waypost/protocol';
import { ChosenFiles } from './chosen-files.ts';
import { Drafts } from './drafts.ts';
import { Elements } from './elements.ts';
import { leftInBrowser } from './left-behind.ts';
import { Tabs } from './tabs.ts';
import { Variables } from './variables.ts';

export interface BenchOptions {
  readonly device: Device;
  readonly workspace: WorkspaceId;
  readonly me: DeviceId;
  readonly channel: string;
  readonly unkept: (error: unknown) => void;
}

export class Bench {
  readonly workspace: WorkspaceId;
  readonly device: Device;
  readonly elements: Elements;
  readonly drafts: Drafts;
  readonly tabs: Tabs;
  readonly variables: Variables;
  readonly files: ChosenFiles;

  private constructor(
    device: Device,
    workspace: WorkspaceId,
    parts: Pick<Bench, 'elements' | 'drafts' | 'tabs' | 'variables' | 'files'>,
  ) {
    this.device = device;
    this.workspace = workspace;
    this.elements = parts.elements;
    this.drafts = parts.drafts;
    this.tabs = parts.tabs;
    this.variables = parts.variables;
    this.files = parts.files;
  }

  static async open({ device, workspace, me, channel, unkept }: BenchOptions): Promise<Bench> {
    const elements = new Elements(device, workspace);
    const own = `${channel}/${workspace}`;
    const [drafts, tabs, variables] = await Promise.all([
      Drafts.open({ device, workspace, elements, me, channel: own, unkept, left: leftInBrowser(own) }),
      Tabs.open(device, workspace),
      Variables.open({ device, workspace, elements, channel: own }),
    ]);
    return new Bench(device, workspace, {
      ...{ elements, drafts, tabs, variables },
      files: new ChosenFiles(own),
    });
  }

  async close(): Promise<void> {
    await this.drafts.close();
    await this.files.close();
    this.variables.close();
    this.elements.close();
  }
}
