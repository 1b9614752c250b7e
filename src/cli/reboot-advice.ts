/** What to do where reboot(2) does not work. */

/** @param code The errno name. @param level The level that ends this system in an orderly way. */
export function adviseOnReboot(code: string, level: string): string {
  if (code === 'ENOSYS') return 'rcinit check says why the system call cannot be made';
  return `a container is ended from outside, or by its init: telinit ${level}`;
}
