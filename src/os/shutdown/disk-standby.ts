/** Lets the kernel stop the disks when it halts, as `halt -h` does. It flushes their caches then in any case. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SCSI_DISKS = '/sys/class/scsi_disk';
/** One switch for all until Linux 6.5; since then one for sleeping and one for halting. */
const SWITCHES = ['manage_start_stop', 'manage_shutdown'];

/**
 * Asks for it for every disk; ATA disks are SCSI disks to Linux.
 * @param folder Where the kernel shows them.
 * @returns How many switches were set.
 */
export function askForStandby(folder: string = SCSI_DISKS): number {
  return listFolder(folder)
    .flatMap((disk) => SWITCHES.map((name) => join(folder, disk, name)))
    .filter(switchOn).length;
}

function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function switchOn(path: string): boolean {
  try {
    writeFileSync(path, '1', { flag: 'r+' });
    return true;
  } catch {
    return false;
  }
}
