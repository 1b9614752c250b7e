/** What `rcinit install` has done to a system, as it is kept there: all that `rcinit uninstall` needs to know. */
import type { Diversion } from './dpkg-diversions.ts';

/** Paths are those inside the root. */
export const INSTALL_FOLDER = '/usr/lib/rcinit';
export const RECORD_FOLDER = '/var/lib/rcinit';
export const INSTALL_RECORD = '/var/lib/rcinit/installed.json';
/** The link that says which version the commands are. */
export const CURRENT = '/usr/lib/rcinit/current';

/** A name beside a file, for its successor until that is whole; a killed run leaves it behind. */
export function temporaryOf(path: string): string {
  return `${path}.rcinit-new`;
}

export interface InstalledFile {
  readonly path: string;
  /** What our link there says. */
  readonly target: string;
  /** Where what was there is kept; the second is where a package puts its next file, if it names the folder by `/usr`. */
  readonly backups: readonly string[];
  /** Whether something was there. */
  readonly hadOriginal: boolean;
  readonly diversions: readonly Pick<Diversion, 'path' | 'to'>[];
}

export interface InstallRecord {
  readonly format: 1;
  /** What is being done; after a kill the next run goes on from here. */
  readonly state: 'installing' | 'installed' | 'removing';
  /** Name of the program's folder. */
  readonly program: string;
  readonly node: string;
  readonly files: readonly InstalledFile[];
  /** Folders we made, those above first. */
  readonly folders: readonly string[];
}

export function formatInstallRecord(record: InstallRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

/** @returns The record, or undefined if the text is none that this version can use. */
export function parseInstallRecord(text: string): InstallRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is InstallRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { format, state, program, files, folders } = value as Partial<InstallRecord>;
  return (
    format === 1 &&
    (state === 'installing' || state === 'installed' || state === 'removing') &&
    typeof program === 'string' &&
    Array.isArray(files) &&
    files.every(isFile) &&
    Array.isArray(folders)
  );
}

function isFile(value: unknown): boolean {
  const { path, target, backups, diversions } = (value ?? {}) as Partial<InstalledFile>;
  return (
    typeof path === 'string' &&
    typeof target === 'string' &&
    Array.isArray(backups) &&
    Array.isArray(diversions)
  );
}
