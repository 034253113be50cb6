/** Resident memory of a server from outside, without its help: the process and all it started. Linux only. */
import { readdirSync, readFileSync } from 'node:fs';

export function residentBytes(processId: number): number {
  const status = readFileSync(`/proc/${processId}/status`, 'utf8');
  const kibibytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
  return childrenOf(processId).reduce((sum, child) => sum + residentBytes(child), kibibytes * 1024);
}

function childrenOf(processId: number): number[] {
  const tasks = readdirSync(`/proc/${processId}/task`);
  return tasks.flatMap((task) => {
    const children = readFileSync(`/proc/${processId}/task/${task}/children`, 'utf8').trim();
    return children === '' ? [] : children.split(' ').map(Number);
  });
}
