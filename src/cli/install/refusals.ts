/** What speaks against an installation, each with what to do about it. */
import { posix } from 'node:path';
import type { FoundFile, InstallFacts } from '../../core/install/install-plan.ts';
import { CONTROL_FIFO, INITTAB } from '../../core/system-paths.ts';
import { findOwner, hasDpkg, hasDpkgDivert, readDiversions } from '../../os/install/dpkg-divert.ts';
import { seeFile, whyNotWritable } from '../../os/install/install-paths.ts';
import { isFolder } from '../../os/file/is-folder.ts';
import { errnoText } from '../../os/os-error.ts';
import { runningInit } from '../../os/pid1/running-init.ts';

export interface Refusal {
  /** What follows `cannot install into "/": `. */
  readonly text: string;
  /** Whether `--force` goes on all the same. */
  readonly canForce: boolean;
}

/** Programs that a link at /sbin/init leads to where another init owns the system. */
const OTHER_INITS: readonly string[] = [
  'systemd',
  'busybox',
  'openrc-init',
  'runit-init',
  'runit',
  'dinit',
  's6-svscan',
  'finit',
];

/** The root itself; where it is wrong, nothing more can be asked. */
export function refuseRoot(root: string): readonly Refusal[] {
  if (!isFolder(root)) return [must('no such folder; --root names the folder that stands for /')];
  if (root === '/' && process.getuid?.() !== 0)
    return [must('only root can; become root, or name a folder with --root DIR')];
  return [];
}

export function refuseSystem(root: string, facts: InstallFacts): readonly Refusal[] {
  return [
    ...refuseRunning(root),
    ...refuseOtherInit(root),
    ...refuseNoTable(root),
    ...facts.files.flatMap((found) => refuseFile(root, found)),
    ...refuseReadOnly(root, facts),
    ...refuseDiversions(root, facts),
  ];
}

function refuseRunning(root: string): readonly Refusal[] {
  const running = root === '/' ? runningInit() : undefined;
  if (running === undefined || !OTHER_INITS.includes(running)) return [];
  return [
    may(
      `${running} is running this machine, and its commands (shutdown, reboot, telinit) would be replaced under it; ` +
        'install from a rescue system with --root DIR',
    ),
  ];
}

function refuseOtherInit(root: string): readonly Refusal[] {
  const init = seeFile(root, '/sbin/init');
  const other = posix.basename(init?.target ?? '');
  if (!OTHER_INITS.includes(other)) return [];
  const owner = hasDpkg(root) && (findOwner(root, '/sbin/init') ?? findOwner(root, '/usr/sbin/init'));
  const whose = owner ? ` (package ${owner})` : '';
  return [
    may(
      `/sbin/init is ${other}'s${whose}, and this system's services are set up for ${other}; ` +
        'install sysvinit-core or another System V init first',
    ),
  ];
}

function refuseNoTable(root: string): readonly Refusal[] {
  if (seeFile(root, INITTAB) !== undefined) return [];
  return [may(`there is no ${INITTAB}, and init would start nothing; write one first`)];
}

function refuseFile(root: string, { file, backups, isRecorded }: FoundFile): readonly Refusal[] {
  const refusals: Refusal[] = [];
  if (seeFile(root, file.path)?.kind === 'folder')
    refusals.push(must(`${file.path} is a folder; move it out of the way`));
  const [inTheWay] = backups;
  if (!isRecorded && inTheWay !== undefined)
    refusals.push(must(`${inTheWay} is in the way of what has to be kept; move it somewhere else`));
  return refusals;
}

function refuseReadOnly(root: string, facts: InstallFacts): readonly Refusal[] {
  const folders = new Set([
    '/usr/lib',
    '/var/lib',
    ...facts.files.map(({ file }) => posix.dirname(file.path)),
  ]);
  return [...folders].flatMap((folder) => {
    const code = whyNotWritable(root, folder);
    const todo = code === 'EROFS' ? 'mount it read-write first' : 'become root';
    return code === undefined ? [] : [must(`cannot write into ${folder}: ${errnoText(code)}; ${todo}`)];
  });
}

function refuseDiversions(root: string, facts: InstallFacts): readonly Refusal[] {
  const wanted = new Map(
    facts.files.flatMap(({ file }) => file.diversions.map(({ path, to }) => [path, to])),
  );
  if (wanted.size === 0) return [];
  if (!hasDpkgDivert())
    return [
      must('it has dpkg and this machine has no dpkg-divert; run rcinit install inside it, with chroot'),
    ];
  return readDiversions(root)
    .filter(({ path, to, owner }) => wanted.has(path) && (owner !== undefined || wanted.get(path) !== to))
    .map(({ path, owner }) =>
      must(
        `${path} is diverted already, by ${owner === undefined ? 'the administrator' : `package ${owner}`}; ` +
          `dpkg-divert --list ${path} shows it`,
      ),
    );
}

/** Whether telling the running init to become the new one makes sense. */
export function canReexecute(root: string): boolean {
  return root === '/' && runningInit() !== 'systemd' && seeFile(root, CONTROL_FIFO) !== undefined;
}

function must(text: string): Refusal {
  return { text, canForce: false };
}

function may(text: string): Refusal {
  return { text, canForce: true };
}
