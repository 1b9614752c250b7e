/** The steps of `rcinit install` and `rcinit uninstall`. Each may be done again after it was done. */
import { assertNever } from '../errors.ts';
import type { InstallRecord } from './install-record.ts';

/** Paths are those inside the root. */
export type InstallStep =
  | { readonly kind: 'copy-program'; readonly program: string; readonly node: string }
  | { readonly kind: 'make-folder'; readonly path: string }
  | { readonly kind: 'record'; readonly record: InstallRecord }
  | { readonly kind: 'point'; readonly program: string }
  | { readonly kind: 'divert'; readonly path: string; readonly to: string }
  | { readonly kind: 'keep'; readonly path: string; readonly backup: string }
  | { readonly kind: 'place'; readonly path: string; readonly target: string }
  | { readonly kind: 'drop-programs'; readonly but: string }
  | { readonly kind: 'restore'; readonly path: string; readonly backup: string }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'leave'; readonly path: string; readonly backup: string | undefined }
  | { readonly kind: 'undivert'; readonly path: string; readonly to: string }
  | { readonly kind: 'remove-programs' }
  | { readonly kind: 'remove-record' }
  | { readonly kind: 'remove-folder'; readonly path: string };

/** One line for a person, e.g. `place /sbin/init -> ../lib/rcinit/current/dist/applets/init`. */
export function describeStep(step: InstallStep): string {
  switch (step.kind) {
    case 'copy-program':
      return `copy the program to /usr/lib/rcinit/${step.program}, run by ${step.node}`;
    case 'make-folder':
      return `make ${step.path}`;
    case 'record':
      return `record ${step.record.state}`;
    case 'point':
      return `point /usr/lib/rcinit/current to ${step.program}`;
    case 'divert':
      return `divert packages' ${step.path} to ${step.to}`;
    case 'keep':
      return `keep ${step.path} as ${step.backup}`;
    case 'place':
      return `place ${step.path} -> ${step.target}`;
    case 'drop-programs':
      return `remove former versions of the program`;
    case 'restore':
      return `restore ${step.path} from ${step.backup}`;
    case 'remove':
      return `remove ${step.path}`;
    case 'leave':
      return step.backup === undefined
        ? `leave ${step.path}: it was changed since the installation`
        : `leave ${step.path}: it was changed since the installation; what was there before is ${step.backup}`;
    case 'undivert':
      return `divert packages' ${step.path} no longer`;
    case 'remove-programs':
      return 'remove /usr/lib/rcinit';
    case 'remove-record':
      return 'remove the record';
    case 'remove-folder':
      return `remove ${step.path} if it is empty`;
    default:
      return assertNever(step);
  }
}
