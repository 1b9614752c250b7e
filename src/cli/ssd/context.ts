/** Everything start-stop-daemon works out before it looks for processes: paths, users, where sidecars are. */
import { resolve } from 'node:path';
import { scanInt } from '../../core/c-number.ts';
import type { Criteria } from '../../core/daemon/match.ts';
import type { SsdRequest } from '../../core/daemon/ssd-options.ts';
import type { SsdTarget } from '../../core/daemon/ssd-text.ts';
import { errorText } from '../../os/os-error.ts';
import { identifyFile } from '../../os/process/process-view.ts';
import type { SidecarPlace } from '../../os/pidfile/sidecar-folder.ts';
import { findUser } from '../../os/process/user-database.ts';
import type { AppletIo } from '../applet.ts';
import { systemRoot } from '../system-root.ts';
import { failWith, SsdFailure } from './failure.ts';

export interface SsdContext {
  readonly request: SsdRequest;
  readonly io: AppletIo;
  readonly criteria: Criteria;
  readonly target: SsdTarget;
  /** The pid file as an absolute path; messages use the one of the request. */
  readonly pidfile: string | undefined;
  readonly place: SidecarPlace;
  /** Says something unless `--quiet`. */
  readonly say: (text: string) => void;
  /** Says something if `--verbose`. */
  readonly sayMore: (text: string) => void;
  readonly warn: (text: string) => void;
}

/** @throws {SsdFailure} If the executable or the user to match does not exist. */
export function makeContext(request: SsdRequest, io: AppletIo): SsdContext {
  const execPath = request.exec === undefined ? undefined : below(request.chdir, request.exec);
  const { verbosity, pidfile } = request;
  return {
    request,
    io,
    criteria: makeCriteria(request, execPath),
    target: { ...request, execPath },
    pidfile: pidfile === undefined ? undefined : resolve(io.cwd, pidfile),
    place: { root: systemRoot(io), runtimeDir: io.env['XDG_RUNTIME_DIR'] },
    say: (text) => (verbosity === 'quiet' ? undefined : io.out(text)),
    sayMore: (text) => (verbosity === 'verbose' ? io.out(text) : undefined),
    warn: (text) => io.err(`${io.name}: warning: ${text}\n`),
  };
}

function makeCriteria(request: SsdRequest, execPath: string | undefined): Criteria {
  const { ppid, name, user } = request;
  return {
    ...(execPath === undefined ? {} : { exec: identifyExecutable(request, execPath) }),
    ...(ppid === undefined ? {} : { ppid }),
    ...(user === undefined ? {} : { uid: readUid(user) }),
    ...(name === undefined ? {} : { name }),
  };
}

function identifyExecutable({ chroot }: SsdRequest, execPath: string): Criteria['exec'] & {} {
  const path = chroot === undefined ? execPath : `${chroot}/${execPath}`;
  try {
    return identifyFile(path);
  } catch (error) {
    throw failWith(`unable to stat ${path}`, errorText(error));
  }
}

function readUid(user: string): number {
  const uid = scanInt(user) ?? findUser(user)?.uid;
  if (uid === undefined) throw new SsdFailure(`user '${user}' not found`);
  return uid;
}

function below(folder: string, path: string): string {
  return path.startsWith('/') ? path : `${folder}/${path}`;
}
