/** Which files in init.d `service` takes for services. */
import { compareRcLinkNames } from '../core/links/rc-link.ts';
import { INIT_D } from '../core/system-paths.ts';
import { errorText } from '../os/os-error.ts';
import { listScripts } from '../os/scripts/script-path.ts';

/** Not services, by Debian's list. */
const IGNORED: readonly string[] = [
  'functions',
  'halt',
  'killall',
  'single',
  'linuxconf',
  'kudzu',
  'skeleton',
  'README',
  'rc',
  'rcS',
  'reboot',
  'bootclean.sh',
];
const IGNORED_SUFFIX = /\.dpkg-(?:dist|old)$/;

export type ServiceNames =
  | { readonly kind: 'listed'; readonly names: readonly string[] }
  | { readonly kind: 'failed'; readonly why: string };

/** The executables in init.d that are services, in C order. */
export function listServiceNames(root: string): ServiceNames {
  try {
    const names = listScripts(root, INIT_D)
      .filter(({ entry, file }) => file === 'script' && isServiceName(entry))
      .map(({ entry }) => entry)
      .sort(compareRcLinkNames);
    return { kind: 'listed', names };
  } catch (error) {
    return { kind: 'failed', why: errorText(error) };
  }
}

function isServiceName(name: string): boolean {
  return !name.startsWith('.') && !IGNORED.includes(name) && !IGNORED_SUFFIX.test(name);
}
